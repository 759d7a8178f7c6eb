// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.telemetry;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The settings of other people's programs, as fields of {@code run_config}. Every way in uses it:
 * files beside a log, logs that hold settings, and the clients of other trackers.
 *
 * <p><b>Definition.</b> Settings get the names of the contract by the table {@code settings.csv}.
 * Of several names of one field that which is less nested counts, and then that which is first in
 * the table. A field of which two settings disagree is left out, and so is a value that cannot be
 * one of the field. {@code batch_tokens}, {@code warmup_steps} and {@code loss_steps} are computed
 * where the settings leave no doubt.
 *
 * <p><b>Threads.</b> {@link #of} is safe.
 */
public final class Settings {
  private static final int DEEPEST = 8;

  private final Map<ConfigField, Found> found = new EnumMap<>(ConfigField.class);
  private final Map<String, Object> top = new LinkedHashMap<>();

  /** A value of a field; {@code value} is null when two settings disagree. */
  private record Found(int depth, int rank, @Nullable Object value) {
    boolean isBefore(Found other) {
      return depth < other.depth || (depth == other.depth && rank < other.rank);
    }
  }

  private Settings() {}

  /**
   * Returns what settings mean in the contract.
   *
   * @param settings by name; a value may be a map of settings again. What is nested may also have
   *     one name, with {@code /} or {@code .} in between, such as {@code model/n_layer}
   */
  public static RunConfig of(Map<String, ? extends @Nullable Object> settings) {
    Settings collected = new Settings();
    settings.forEach(
        (key, value) -> {
          String path = key.replace('.', '/');
          collected.add(path, value, (int) path.chars().filter(c -> c == '/').count());
        });
    return collected.config();
  }

  private void add(String path, @Nullable Object given, int depth) {
    Object value = unwrapped(given);
    if (value instanceof Map<?, ?> nested) {
      if (depth < DEEPEST) {
        nested.forEach((key, inner) -> add(path + "/" + key, inner, depth + 1));
      }
      return;
    }
    if (depth == 0 && value != null) {
      top.put(path.toLowerCase(Locale.ROOT), value);
    }
    String last = path.substring(path.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
    if (value instanceof List<?> list && last.endsWith("betas") && list.size() == 2) {
      offer(ConfigField.ADAM_BETA1, depth, 0, list.get(0));
      offer(ConfigField.ADAM_BETA2, depth, 0, list.get(1));
    } else if ((last.equals("bf16") || last.equals("fp16")) && "true".equals(word(value))) {
      offer(ConfigField.PRECISION, depth, 0, last);
    } else {
      SettingsNames.Meaning meaning = SettingsNames.of(path);
      if (meaning != null) {
        offer(meaning.field(), depth, 1 + meaning.rank(), value);
      }
    }
  }

  /** W&B writes each setting with a description. */
  private static @Nullable Object unwrapped(@Nullable Object value) {
    return value instanceof Map<?, ?> map
            && map.containsKey("value")
            && (map.size() == 1 || (map.size() == 2 && map.containsKey("desc")))
        ? map.get("value")
        : value;
  }

  private void offer(ConfigField field, int depth, int rank, @Nullable Object value) {
    Object converted = SettingsValue.of(field, value);
    if (converted == null) {
      return;
    }
    Found offered = new Found(depth, rank, converted);
    Found known = found.get(field);
    if (known == null || offered.isBefore(known)) {
      found.put(field, offered);
    } else if (!known.isBefore(offered) && !Objects.equals(known.value, converted)) {
      found.put(field, new Found(depth, rank, null));
    }
  }

  /** The fields that are certain. */
  private RunConfig config() {
    Map<String, Object> fields = new LinkedHashMap<>();
    found.forEach(
        (field, value) -> {
          if (value.value != null) {
            fields.put(field.wireName(), value.value);
          }
        });
    addWarmup(fields);
    addBatchTokens(fields);
    addLossSteps(fields);
    addInteger(fields, "seed", "seed");
    addInteger(fields, "experts", "num_experts", "num_local_experts");
    addInteger(fields, "active_experts", "num_experts_per_tok", "moe_router_topk");
    return new RunConfig(fields);
  }

  /** Hugging Face's Trainer takes the share of all steps where no number is given. */
  private void addWarmup(Map<String, Object> fields) {
    Double ratio = number("warmup_ratio");
    Double share = ratio == null ? number("lr_warmup_fraction") : ratio;
    Object warmup = fields.get(ConfigField.WARMUP_STEPS.wireName());
    if (share != null
        && share > 0
        && share < 1
        && (warmup == null || warmup.equals(0L))
        && fields.get(ConfigField.TOTAL_STEPS.wireName()) instanceof Long total) {
      fields.put(ConfigField.WARMUP_STEPS.wireName(), (long) Math.ceil(share * total));
    }
  }

  /** The loss that Hugging Face's Trainer logs is the mean of the steps since it logged last. */
  private void addLossSteps(Map<String, Object> fields) {
    Object strategy = top.get("logging_strategy");
    Double every = number("logging_steps");
    if (every == null || (strategy != null && !word(strategy).endsWith("steps"))) {
      return;
    }
    Object total = fields.get(ConfigField.TOTAL_STEPS.wireName());
    boolean share = every > 0 && every < 1;
    if (every >= 1 || (share && total instanceof Long)) {
      double steps = share ? Math.ceil(every * (Long) Objects.requireNonNull(total)) : every;
      fields.putIfAbsent(ConfigField.LOSS_STEPS.wireName(), (long) steps);
    }
  }

  private void addInteger(Map<String, Object> fields, String field, String... names) {
    for (String name : names) {
      Long value = integer(name);
      if (value != null) {
        fields.putIfAbsent(field, value);
      }
    }
  }

  private void addBatchTokens(Map<String, Object> fields) {
    Long sequences = sequences();
    if (sequences != null
        && sequences > 0
        && fields.get(ConfigField.CONTEXT.wireName()) instanceof Long context) {
      fields.putIfAbsent(ConfigField.BATCH_TOKENS.wireName(), sequences * context);
    }
  }

  /** Sequences in one optimizer step, where the names leave no doubt. */
  private @Nullable Long sequences() {
    Long global = integer("global_batch_size");
    Long batch = integer("batch_size");
    Long accumulated = integer("gradient_accumulation_steps");
    if (global == null && batch != null && accumulated != null && top.containsKey("block_size")) {
      return batch * accumulated; // nanoGPT counts the accumulation over all devices
    }
    return global;
  }

  private @Nullable Long integer(String name) {
    Double number = number(name);
    return number == null || number != Math.rint(number) ? null : (Long) number.longValue();
  }

  private @Nullable Double number(String name) {
    Object value = top.get(name);
    return value == null ? null : NumberText.of(value.toString());
  }

  private static String word(@Nullable Object value) {
    return String.valueOf(value).toLowerCase(Locale.ROOT);
  }
}
