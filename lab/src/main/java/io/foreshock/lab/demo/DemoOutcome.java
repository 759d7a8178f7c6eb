// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.demo;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * The outcome of the demo: the results of the three runs, and whether the watched run was saved.
 *
 * <p>The watched and the unwatched run are identical until Foreshock acts. Without that action the
 * watched run would therefore have diverged at the unwatched run's onset.
 */
record DemoOutcome(RunResult healthy, RunResult unwatched, RunResult watched, int totalSteps) {
  /** How far above the healthy run's loss the watched run may end, relative. */
  private static final double TOLERANCE = 0.10;

  /** The reasons why the demo failed; empty when it succeeded. */
  List<String> shortcomings() {
    List<String> missing = new ArrayList<>();
    if (healthy.onset().isPresent()) {
      missing.add("the healthy run diverged too, at step " + healthy.onset().getAsLong());
    }
    if (unwatched.onset().isEmpty()) {
      missing.add("the unwatched run never diverged, so there was nothing to predict");
    } else if (watched.firstWarning().isEmpty()) {
      missing.add("no alarm warned about the watched run");
    } else if (watched.firstWarning().getAsLong() >= unwatched.onset().getAsLong()) {
      missing.add(
          "the warning at step %d did not precede the onset at step %d"
              .formatted(watched.firstWarning().getAsLong(), unwatched.onset().getAsLong()));
    }
    if (watched.steps() < totalSteps) {
      missing.add("the watched run ended at step %d of %d".formatted(watched.steps(), totalSteps));
    }
    // written so that NaN fails
    if (!(excess() <= TOLERANCE)) {
      missing.add("the watched run ended %s the healthy run's loss".formatted(excessText()));
    }
    return missing;
  }

  void print(PrintStream out) {
    out.printf(
        "%n%-10s %10s  %13s  %13s  %s%n",
        "run", "final loss", "first warning", "diverged", "actions of Foreshock");
    for (RunResult result : List.of(healthy, unwatched, watched)) {
      out.printf(
          Locale.ROOT,
          "%-10s %10.3f  %13s  %13s  %s%n",
          result.run(),
          result.finalLoss(),
          step(result.firstWarning()),
          step(result.onset()),
          result.actions().isEmpty() ? "none" : String.join("; ", result.actions()));
    }
    out.printf(
        "%nA run diverged if its loss stayed 10 %% above the healthy run's loss for 25 steps.%n");
    List<String> shortcomings = shortcomings();
    if (shortcomings.isEmpty()) {
      out.printf(
          "The first warning came %d steps before the divergence. The watched run ended %s the"
              + " healthy run's loss.%n",
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
