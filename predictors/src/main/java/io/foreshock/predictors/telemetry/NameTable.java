// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.telemetry;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The names that other tools use for the contract's fields of a step, such as {@code train/loss}
 * for {@code loss}. The shipped table is the resource {@code names.csv}; users can add names.
 *
 * <p><b>Definition.</b> Names are compared without regard to case, and {@code / . -}, blank and
 * {@code _} are the same. The whole name must match, so that {@code eval/loss} is never {@code
 * loss}. A leading {@code train} or {@code training} is left out, except before {@code batch},
 * which is often a size.
 *
 * <p><b>Threads.</b> Immutable.
 */
public final class NameTable {
  /**
   * What a name means.
   *
   * @param name the contract's name
   * @param field number of the contract's name, from 0
   * @param rank the lowest of a line's names for one field is used
   */
  record Meaning(String name, int field, int rank) {}

  /** Marks a name that a user wants to keep as it is. */
  private static final Meaning KEPT = new Meaning("", -1, 0);

  private static final int OWN_RANK = Integer.MIN_VALUE;
  private static final int USER_RANK = -1_000_000;
  private static final String SHIPPED = "names.csv";
  private static final List<String> PREFIXES = List.of("train_", "training_");

  /** The contract's names, in the order of their numbers. */
  private static final List<String> CONTRACT = contract();

  private static final Map<String, Meaning> OWN = own();

  private final Map<String, Meaning> others;
  private final int longest;

  private NameTable(Map<String, Meaning> others) {
    this.others = Map.copyOf(others);
    int length = 0;
    for (String name : others.keySet()) {
      length = Math.max(length, name.length());
    }
    for (String name : CONTRACT) {
      length = Math.max(length, name.length());
    }
    this.longest = length + "training_".length();
  }

  /** The table that is shipped. */
  public static NameTable shipped() {
    return Shipped.TABLE;
  }

  /**
   * Returns a table with more names, which come before those of this table.
   *
   * @param names each with the contract's name for it, or with itself to be left as it is
   * @throws IllegalArgumentException when one of them is a name of the contract, or stands for a
   *     name that the contract does not have; all problems are in the message
   */
  public NameTable with(Map<String, String> names) {
    Map<String, Meaning> all = new HashMap<>(others);
    List<String> problems = new ArrayList<>();
    int rank = USER_RANK;
    for (Map.Entry<String, String> entry : names.entrySet()) {
      String from = entry.getKey();
      Meaning meaning = from.equals(entry.getValue()) ? KEPT : OWN.get(entry.getValue());
      if (OWN.containsKey(from)) {
        problems.add("'" + from + "' is a name of the contract and keeps its meaning");
      } else if (meaning == null) {
        problems.add(
            "'" + entry.getValue() + "' for '" + from + "': expected one of " + contractNames());
      } else {
        all.put(normal(from), meaning == KEPT ? KEPT : ranked(meaning, rank++));
      }
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
    return new NameTable(all);
  }

  /** The names that a name can be translated to, for messages. */
  public static String contractNames() {
    return String.join(", ", CONTRACT);
  }

  /** The names of the shipped table, as they are compared. */
  static Set<String> shippedNames() {
    return Shipped.TABLE.others.keySet();
  }

  /** Returns the contract's name for a name; null when it means nothing in the contract. */
  public @Nullable String translated(String name) {
    Meaning meaning = find(name);
    return meaning == null ? null : meaning.name();
  }

  /** Whether the contract has a field of that name in a step. */
  static boolean isContract(String name) {
    return OWN.containsKey(name);
  }

  /** Length of the longest name that can mean something. */
  int longest() {
    return longest;
  }

  /** Number of the contract's names. */
  static int size() {
    return CONTRACT.size();
  }

  /** Number of one of the contract's names. */
  static int number(String contractName) {
    return CONTRACT.indexOf(contractName);
  }

  /** Returns what a name means; null when it is neither of the contract nor in this table. */
  @Nullable Meaning find(String name) {
    Meaning own = OWN.get(name);
    if (own != null || name.length() > longest) {
      return own;
    }
    String normal = normal(name);
    Meaning meaning = among(normal);
    if (meaning == null) {
      String rest = withoutTrain(normal);
      meaning = rest.startsWith("train") || rest.equals("batch") ? null : among(rest);
    }
    return meaning == KEPT ? null : meaning;
  }

  private @Nullable Meaning among(String normal) {
    Meaning meaning = others.get(normal);
    Meaning own = meaning == null ? OWN.get(normal) : null;
    return own == null ? meaning : ranked(own, 0);
  }

  private static Meaning ranked(Meaning meaning, int rank) {
    return new Meaning(meaning.name, meaning.field, rank);
  }

  private static String withoutTrain(String normal) {
    for (String prefix : PREFIXES) {
      if (normal.startsWith(prefix)) {
        return normal.substring(prefix.length());
      }
    }
    return "train"; // has no such prefix, and no name is found
  }

  private static String normal(String name) {
    StringBuilder normal = new StringBuilder(name.toLowerCase(Locale.ROOT));
    for (int i = 0; i < normal.length(); i++) {
      if ("/.- ".indexOf(normal.charAt(i)) >= 0) {
        normal.setCharAt(i, '_');
      }
    }
    return normal.toString();
  }

  private static List<String> contract() {
    List<String> names = new ArrayList<>(List.of(Telemetry.STEP, Telemetry.NONFINITE));
    for (Signal signal : Signal.values()) {
      if (signal.measurement() == Measurement.TRAIN_STEP) {
        names.add(signal.wireName());
      }
    }
    return List.copyOf(names);
  }

  private static Map<String, Meaning> own() {
    Map<String, Meaning> own = new HashMap<>();
    for (String name : CONTRACT) {
      own.put(name, new Meaning(name, own.size(), OWN_RANK));
    }
    return Map.copyOf(own);
  }

  /**
   * Reads a table.
   *
   * @throws IllegalArgumentException when a row is no pair of a name and a name of the contract, or
   *     when two names differ only in what is not compared
   */
  static NameTable parse(String csv) {
    Map<String, Meaning> names = new HashMap<>();
    List<String> rows =
        csv.lines().filter(row -> !row.isBlank() && !row.startsWith("#")).skip(1).toList();
    for (int i = 0; i < rows.size(); i++) {
      String[] cells = rows.get(i).split(",", -1);
      Meaning meaning = cells.length == 2 ? OWN.get(cells[1]) : null;
      if (meaning == null || names.put(normal(cells[0]), ranked(meaning, i + 1)) != null) {
        throw new IllegalArgumentException(
            "row '" + rows.get(i) + "': expected a new name and one of " + contractNames());
      }
    }
    return new NameTable(names);
  }

  /** Holds the shipped table, which is read when it is first needed. */
  private static final class Shipped {
    private static final NameTable TABLE = parse(text());

    static String text() {
      try (InputStream in = NameTable.class.getResourceAsStream(SHIPPED)) {
        if (in == null) {
          throw new IllegalStateException("resource " + SHIPPED + ": not found");
        }
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
      } catch (IOException e) {
        throw new UncheckedIOException(SHIPPED, e);
      }
    }
  }
}
