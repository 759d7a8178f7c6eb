// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.demo;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * The demo's end: what the three runs came to, and whether the watched one was saved.
 *
 * <p>The watched and the unwatched run are the same until somebody acts, so the unwatched one's
 * onset is what would have become of the watched one.
 */
record DemoOutcome(RunResult healthy, RunResult unwatched, RunResult watched, int totalSteps) {
  /** The watched run must end this close to the healthy one's loss. */
  private static final double TOLERANCE = 0.10;

  /** What is missing from success; empty when nothing is. */
  List<String> shortcomings() {
    List<String> missing = new ArrayList<>();
    if (healthy.onset().isPresent()) {
      missing.add("the healthy run's loss rose too, from step " + healthy.onset().getAsLong());
    }
    if (unwatched.onset().isEmpty()) {
      missing.add("the unwatched run never left its course, so there was nothing to foresee");
    } else if (watched.firstWarning().isEmpty()) {
      missing.add("the watched run was never warned");
    } else if (watched.firstWarning().getAsLong() >= unwatched.onset().getAsLong()) {
      missing.add(
          "the warning at step %d came no earlier than the onset at step %d"
              .formatted(watched.firstWarning().getAsLong(), unwatched.onset().getAsLong()));
    }
    if (watched.steps() < totalSteps) {
      missing.add("the watched run ended at step %d of %d".formatted(watched.steps(), totalSteps));
    }
    // written so that NaN fails
    if (!(excess() <= TOLERANCE)) {
      missing.add("the watched run ended %s the healthy one's loss".formatted(excessText()));
    }
    return missing;
  }

  void print(PrintStream out) {
    out.printf(
        "%n%-10s %10s  %13s  %15s  %s%n",
        "run", "final loss", "first warning", "left its course", "actions taken");
    for (RunResult result : List.of(healthy, unwatched, watched)) {
      out.printf(
          Locale.ROOT,
          "%-10s %10.3f  %13s  %15s  %s%n",
          result.run(),
          result.finalLoss(),
          step(result.firstWarning()),
          step(result.onset()),
          result.actions().isEmpty() ? "none" : String.join("; ", result.actions()));
    }
    out.printf(
        "%nA run left its course when its loss stayed 10 %% above the healthy run's for 25 steps.%n");
    List<String> shortcomings = shortcomings();
    if (shortcomings.isEmpty()) {
      out.printf(
          "The divergence was foreseen %d steps ahead, and the watched run ended %s the healthy"
              + " one's loss.%n",
          unwatched.onset().getAsLong() - watched.firstWarning().getAsLong(), excessText());
    } else {
      out.println("The demo failed: " + String.join("; ", shortcomings) + ".");
    }
  }

  private double excess() {
    return watched.finalLoss() / healthy.finalLoss() - 1;
  }

  private String excessText() {
    return String.format(
        Locale.ROOT, "%.1f %% %s", Math.abs(excess()) * 100, excess() > 0 ? "above" : "below");
  }

  private static String step(OptionalLong step) {
    return step.isPresent() ? "step " + step.getAsLong() : "never";
  }
}
