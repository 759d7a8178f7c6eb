// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording;

import io.foreshock.lab.recording.format.ReadingOptions;
import io.foreshock.predictors.telemetry.MalformedLineException;
import io.foreshock.predictors.telemetry.Measurement;
import io.foreshock.predictors.telemetry.Point;
import io.foreshock.predictors.telemetry.Signal;
import io.foreshock.predictors.telemetry.Telemetry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * What a log would tell a monitor, for a person to check before anything is sent: runs, steps,
 * which name became which signal, what is ignored, and what looks wrong.
 *
 * <p><b>Threads.</b> Not safe. <b>Cost.</b> One pass over the log.
 */
public final class LogSummary {
  private static final int MOST_NAMES = 24;

  /** A value that stays exactly the same for so many steps comes from a gauge, not from a step. */
  private static final long CONSTANT_STEPS = 20;

  private final Log log;
  private final Map<String, Set<String>> namesOf = new TreeMap<>();
  private final Set<String> unread = new LinkedHashSet<>();
  private final Map<String, Course> runs = new LinkedHashMap<>();
  private final Map<String, Object> settings = new LinkedHashMap<>();
  private long bad;

  private LogSummary(Log log) {
    this.log = log;
  }

  /** Reads a log to its end. */
  public static LogSummary of(Log log, ReadingOptions options, Consumer<String> problems)
      throws IOException {
    LogSummary summary = new LogSummary(log);
    summary.bad = log.read(options, summary::line, problems, summary::named);
    return summary;
  }

  /** Whether anything was understood. */
  public boolean isUnderstood() {
    return !runs.isEmpty();
  }

  /** The summary as lines of text. */
  public List<String> sentences() {
    List<String> text = new ArrayList<>();
    text.add(
        log.files().get(0)
            + (log.files().size() > 1 ? " and " + (log.files().size() - 1) + " more" : "")
            + ": "
            + log.format().name());
    runs.forEach((run, course) -> text.add("  run " + run + ": " + course.sentence()));
    namesOf.forEach((signal, names) -> text.add("  " + signal + " <- " + String.join(", ", names)));
    if (runs.isEmpty()) {
      text.add("  nothing was understood");
      return text;
    }
    if (!namesOf.containsKey(Telemetry.STEP) && !log.format().isContract()) {
      text.add("  no step in this log: its records are counted");
    }
    Object lossSteps = settings.get("loss_steps");
    text.add(
        lossSteps == null
            ? "  each loss counts as one step's (set loss_steps where it is a mean of several)"
            : lossSteps.equals(1L)
                ? "  each loss is one step's"
                : "  each loss is the mean of " + lossSteps + " steps");
    if (!settings.isEmpty()) {
      text.add("  run_config: " + settings);
    }
    if (!unread.isEmpty()) {
      text.add("  stored and charted, read by no detector: " + String.join(", ", unread));
    }
    if (bad > 0) {
      text.add("  bad lines: " + bad);
    }
    runs.forEach((run, course) -> course.doubts().forEach(d -> text.add("  check: " + d)));
    return text;
  }

  private void named(String inLog, String inContract) {
    boolean known =
        Signal.of(Measurement.TRAIN_STEP, inContract) != null || Telemetry.isCount(inContract);
    if (known) {
      namesOf.computeIfAbsent(inContract, signal -> new LinkedHashSet<>()).add(inLog);
    } else if (unread.size() < MOST_NAMES) {
      unread.add(inLog);
    }
  }

  private void line(Point point) throws MalformedLineException {
    if (point.measurement().equals(Measurement.RUN_CONFIG.wireName())) {
      settings.putAll(point.fields());
      return;
    }
    runs.computeIfAbsent(Telemetry.run(point), run -> new Course()).add(point);
  }

  /** The steps of one run. */
  private static final class Course {
    private final Map<String, long[]> same = new LinkedHashMap<>();
    private final Map<String, Double> newest = new LinkedHashMap<>();
    private long lines;
    private long evaluations;
    private long first = -1;
    private long last = -1;
    private long repeated;
    private long spacing = -1;
    private boolean even = true;
    private long zeroLosses;
    private long minusOneLosses;
    private int segments = 1;

    void add(Point point) {
      if (!point.measurement().equals(Measurement.TRAIN_STEP.wireName())) {
        evaluations += point.measurement().equals(Telemetry.EVALUATION) ? 1 : 0;
        return;
      }
      lines++;
      String segment = point.tag("segment");
      segments = segment == null ? segments : Math.max(segments, Integer.parseInt(segment) + 1);
      int field = point.field(Telemetry.STEP);
      if (field >= 0) {
        step((long) point.number(field));
      }
      for (int i = 0; i < point.fieldCount(); i++) {
        value(point.fieldKey(i), point.number(i));
      }
    }

    private void step(long step) {
      repeated += step == last ? 1 : 0;
      if (last >= 0 && step > last) {
        even &= spacing < 0 || step - last == spacing;
        spacing = spacing < 0 ? step - last : spacing;
      }
      first = first < 0 ? step : first;
      last = step;
    }

    private void value(String name, double value) {
      Signal signal = Signal.of(Measurement.TRAIN_STEP, name);
      if (signal != Signal.LOSS && signal != Signal.GRAD_NORM) {
        return;
      }
      Double before = newest.put(name, value);
      long[] run = same.computeIfAbsent(name, n -> new long[2]);
      run[0] = before != null && before == value ? run[0] + 1 : 1;
      run[1] = Math.max(run[0], run[1]);
      if (signal == Signal.LOSS) {
        zeroLosses += value == 0 ? 1 : 0;
        minusOneLosses += value == -1 ? 1 : 0;
      }
    }

    String sentence() {
      return String.format(
          Locale.ROOT,
          "%,d lines of steps %,d to %,d%s%s%s",
          lines,
          Math.max(first, 0),
          Math.max(last, 0),
          even && spacing > 1 ? ", every " + spacing + " steps" : "",
          segments > 1 ? ", " + segments + " segments" : "",
          evaluations > 0 ? String.format(Locale.ROOT, ", %,d evaluations", evaluations) : "");
    }

    List<String> doubts() {
      List<String> doubts = new ArrayList<>();
      if (lines == 0 && evaluations > 0) {
        doubts.add("all lines are of evaluations: nothing of training was found");
      } else if (lines > 0 && !newest.containsKey(Signal.LOSS.wireName())) {
        doubts.add("no loss was found: if the log has one, name it by --map NAME=loss");
      }
      if (repeated > 0) {
        doubts.add(repeated + " lines repeat the step before: do several ranks write this log?");
      }
      if (even && spacing >= 32 && (spacing & (spacing - 1)) == 0) {
        doubts.add("steps grow by " + spacing + ": are they samples or tokens, not steps?");
      }
      if (zeroLosses > 0) {
        doubts.add("the loss is exactly 0 in " + zeroLosses + " lines");
      }
      if (minusOneLosses > 0) {
        doubts.add(
            "the loss is exactly -1 in " + minusOneLosses + " lines: does this rank have no loss?");
      }
      same.forEach(
          (name, run) -> {
            if (run[1] >= CONSTANT_STEPS) {
              doubts.add(name + " stays the same for " + run[1] + " lines: is it a gauge?");
            }
          });
      return doubts;
    }
  }
}
