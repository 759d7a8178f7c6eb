// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.report;

import io.foreshock.predictors.postmortem.Cause;
import io.foreshock.predictors.postmortem.Episode;
import io.foreshock.predictors.postmortem.EpisodeClass;
import io.foreshock.predictors.postmortem.FirstMove;
import io.foreshock.predictors.telemetry.Measurement;
import io.foreshock.predictors.telemetry.Signal;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The sentences of a report, without any markup. */
final class Prose {
  private static final String NATS = " nats per token";

  private Prose() {}

  /** The whole run in a few sentences. */
  static String summary(RunReport report) {
    long count = report.findings().size();
    if (report.samples() == 0) {
      return "No loss was recorded of this run, so spikes and divergence cannot be judged.";
    }
    StringBuilder text = new StringBuilder();
    String steps = Figures.steps(report.lastStep());
    if (count == 0) {
      text.append("No spike or divergence was found in %s.".formatted(steps));
    } else {
      long lost = report.findings().stream().mapToLong(f -> f.episode().extent().costSteps()).sum();
      long open = report.findings().stream().filter(f -> unresolved(f.episode())).count();
      text.append(
          (count == 1
                  ? "One episode was found in %2$s, at a cost of %3$s."
                  : "%1$s episodes were found in %2$s, at a cost of together %3$s.")
              .formatted(count, steps, Figures.steps(lost)));
      if (open > 0) {
        String which = open == 1 ? "one" : String.valueOf(open);
        text.append(count == 1 ? " The" : " After " + which + " of them the");
        text.append(" loss did not come back to its level.");
      }
    }
    if (report.blips() > 0) {
      text.append(
          (report.blips() == 1
                  ? " One sample of the loss stood out alone and is not counted."
                  : " %s samples of the loss stood out alone and are not counted.")
              .formatted(report.blips()));
    }
    return text.toString();
  }

  /** The story of an episode, sentence by sentence. */
  static List<String> story(Finding finding) {
    Episode episode = finding.episode();
    return Stream.of(
            course(episode),
            outcome(episode),
            firstMoves(episode),
            causes(episode),
            batches(episode),
            known(finding),
            finding.after())
        .filter(sentence -> !sentence.isEmpty())
        .toList();
  }

  /** Heading of an episode. */
  static String title(Finding finding) {
    Episode episode = finding.episode();
    return "%s. Step %s: %s"
        .formatted(finding.number(), Figures.count(episode.start()), episode.kind().words());
  }

  /** Peak in words. */
  static String extreme(Episode episode) {
    return Figures.measured(episode.loss().extreme());
  }

  /** End in words. */
  static String end(Episode episode) {
    if (episode.extent().end().isPresent()) {
      return Figures.count(episode.extent().end().getAsLong());
    }
    return episode.rolledBack() ? "rolled back" : "open";
  }

  /** First mover in words; a dash when there was none. */
  static String mover(Episode episode) {
    if (episode.origin().movers().isEmpty()) {
      return episode.origin().lossAlone() ? "only the loss was measured" : "–";
    }
    FirstMove first = episode.origin().movers().get(0);
    return name(first) + ", " + lead(first.leadSteps());
  }

  /** Earliest warning in words; a dash when there was none. */
  static String warned(Finding finding) {
    return finding.known().isEmpty()
        ? "–"
        : kind(finding.known().get(0)) + ", " + lead(lead(finding, finding.known().get(0)));
  }

  /** Steps from an incident's first alarm to the onset; negative when it came after. */
  static long lead(Finding finding, Warning warning) {
    return finding.episode().start() - warning.steps().opened();
  }

  /** "12 steps before", "at the onset", "3 steps after". */
  static String lead(long steps) {
    return steps == 0
        ? "at the onset"
        : Figures.steps(Math.abs(steps)) + (steps > 0 ? " before" : " after");
  }

  /** A signal and its layer. */
  static String name(FirstMove move) {
    String layer = move.layer() == null ? "" : " of " + layer(move.layer());
    return name(move.signal()) + layer;
  }

  /** A signal's name with blanks. */
  static String name(Signal signal) {
    return signal.wireName().replace('_', ' ');
  }

  static String layer(String layer) {
    return switch (layer) {
      case "embedding" -> "the embedding";
      case "head" -> "the output head";
      default -> "layer " + layer;
    };
  }

  static String kind(Warning warning) {
    return warning.kind().replace('_', ' ');
  }

  /** A setting's change. */
  static String cause(Cause cause) {
    String at = " at step " + Figures.count(cause.step());
    return switch (cause.kind()) {
      case RESUME -> "the run was resumed as segment " + cause.after() + at;
      case LEARNING_RATE ->
          "the learning rate went from %s to %s%s"
              .formatted(value(cause.before()), value(cause.after()), at);
      case LEARNING_RATE_RAMP ->
          "the learning rate had been rising, from %s%s to %s"
              .formatted(value(cause.before()), at, value(cause.after()));
      case BATCH_SIZE ->
          "the tokens in a step went from %s to %s%s"
              .formatted(value(cause.before()), value(cause.after()), at);
      case CONFIGURATION ->
          "%s was changed from %s to %s%s"
              .formatted(
                  cause.name().replace('_', ' '), value(cause.before()), value(cause.after()), at);
      case DATA_REWOUND ->
          "the data went back: %s from %s to %s%s"
              .formatted(cause.name(), value(cause.before()), value(cause.after()), at);
    };
  }

  private static boolean unresolved(Episode episode) {
    return episode.extent().end().isEmpty() && !episode.rolledBack();
  }

  private static String course(Episode episode) {
    String where = "At step " + Figures.count(episode.start()) + about(episode);
    String before = Figures.measured(episode.loss().before()) + NATS;
    String peak = Figures.count(episode.extent().peak());
    if (episode.kind() == EpisodeClass.LEVEL_SHIFT) {
      return ("%s the loss fell at once from %s to a level of its own, down to %s. A loss does"
              + " not do that by learning: it looks like data that were seen before.")
          .formatted(where, before, extreme(episode));
    }
    if (Double.isNaN(episode.loss().before())) {
      return where + " the loss was not finite, and it had not been finite before.";
    }
    if (!Double.isFinite(episode.loss().extreme())) {
      boolean later = episode.extent().peak() > episode.start();
      return "%s the loss left its level of %s%s (%s %s in all)."
          .formatted(
              where,
              before,
              later ? " and ceased to be finite at step " + peak : ": it was not finite",
              Figures.count(episode.loss().nonfinite()),
              episode.loss().nonfinite() == 1 ? "value" : "values");
    }
    boolean gradual = episode.kind() == EpisodeClass.NON_SPIKE_DIVERGENCE;
    return "%s the loss %s from %s; its highest was %s at step %s."
        .formatted(where, gradual ? "began to rise" : "jumped", before, extreme(episode), peak);
  }

  private static String about(Episode episode) {
    return episode.extent().spacing() > 1
        ? " (logged every " + Figures.count(episode.extent().spacing()) + " steps)"
        : "";
  }

  private static String outcome(Episode episode) {
    Episode.Extent extent = episode.extent();
    String cost = Figures.steps(extent.costSteps());
    String last = Figures.count(extent.last());
    if (episode.rolledBack()) {
      return "It was rolled back to step %s, which threw away %s of training."
          .formatted(Figures.count(episode.rolledBackTo().orElseThrow()), cost);
    }
    boolean shift = episode.kind() == EpisodeClass.LEVEL_SHIFT;
    if (extent.end().isPresent()) {
      return (shift
              ? "It jumped back at step %s, after %s."
              : "It was back at its level at step %s: a cost of %s.")
          .formatted(Figures.count(extent.end().getAsLong()), cost);
    }
    if (shift) {
      return "It had not come back by step " + last + ".";
    }
    String now =
        Double.isNaN(episode.loss().after())
            ? "it was not finite"
            : "it stood at " + Figures.measured(episode.loss().after());
    return "It was not back at its level by step %s, where %s: a cost of %s so far."
        .formatted(last, now, cost);
  }

  private static String firstMoves(Episode episode) {
    if (episode.origin().lossAlone()) {
      return "Only the loss was measured, so the signal that moved first is unknown.";
    }
    if (episode.origin().movers().isEmpty()) {
      return "No other signal left its usual band before the loss did.";
    }
    FirstMove first = episode.origin().movers().get(0);
    if (first.leadSteps() == 0) {
      return "No signal moved before the loss; the first to move with it was the %s."
          .formatted(name(first));
    }
    return ("The first to move was the %s: it %s its usual band around %s%s, %s before the loss,"
            + " at step %s.")
        .formatted(
            name(first),
            first.rising() ? "rose above" : "fell below",
            Figures.measured(first.usual()),
            unit(first.signal()),
            Figures.steps(first.leadSteps()),
            Figures.count(first.step()));
  }

  /** The unit, with a blank before; empty where there is none. */
  static String unit(Signal signal) {
    return signal.unit().equals("1") ? "" : " " + signal.unit();
  }

  private static String causes(Episode episode) {
    if (episode.origin().causes().isEmpty()) {
      return "";
    }
    String joined =
        String.join("; ", episode.origin().causes().stream().map(Prose::cause).toList());
    return "Right before: " + joined + ".";
  }

  private static String batches(Episode episode) {
    if (episode.origin().firstBatch().isEmpty() || episode.origin().lastBatch().isEmpty()) {
      return "";
    }
    long first = episode.origin().firstBatch().getAsLong();
    long last = episode.origin().lastBatch().getAsLong();
    return first == last
        ? "Data batch involved: " + first + "."
        : "Data batches involved: " + first + " to " + last + ".";
  }

  private static String known(Finding finding) {
    if (finding.known().isEmpty()) {
      return "No warning was open around the onset.";
    }
    Warning first = finding.known().get(0);
    String text =
        "The first warning (%s) came %s, at step %s"
            .formatted(
                kind(first), lead(lead(finding, first)), Figures.count(first.steps().opened()));
    if (Double.isFinite(first.expected().etaSteps()) && lead(finding, first) > 0) {
      long eta = Math.round(first.expected().etaSteps());
      text +=
          ", and predicted trouble in %s, about step %s"
              .formatted(Figures.steps(eta), Figures.count(first.steps().opened() + eta));
    }
    return text + firstCritical(finding) + ".";
  }

  private static String firstCritical(Finding finding) {
    long onset = finding.episode().start();
    return finding.known().stream()
        .filter(warning -> warning.steps().critical().isPresent())
        .min(Comparator.comparingLong(warning -> warning.steps().critical().getAsLong()))
        .map(
            warning ->
                "; the first critical alarm (%s) %s"
                    .formatted(kind(warning), lead(onset - warning.steps().critical().getAsLong())))
        .orElse("; none was critical");
  }

  private static String value(@Nullable Object value) {
    if (value == null) {
      return "nothing";
    }
    if (value instanceof Double number) {
      return number == Math.rint(number) && Math.abs(number) < 1e15
          ? String.valueOf(number.longValue())
          : Figures.measured(number);
    }
    return String.valueOf(value);
  }

  /** A panel's heading. */
  static String heading(Panel panel) {
    String name = name(panel.signal());
    boolean layers = panel.signal().measurement() == Measurement.TRAIN_LAYER;
    String unit = unit(panel.signal());
    return name.substring(0, 1).toUpperCase(Locale.ROOT)
        + name.substring(1)
        + (layers ? " by layer" : "")
        + (unit.isEmpty() ? "" : "," + unit);
  }
}
