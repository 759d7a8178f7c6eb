// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.scaling.Band;
import io.foreshock.predictors.scaling.Preflight;
import io.foreshock.predictors.scaling.Preflight.Basis;
import io.foreshock.predictors.scaling.Preflight.ExpectedCrossing;
import io.foreshock.predictors.scaling.TrendSignal;
import io.foreshock.predictors.scaling.Trends;
import io.foreshock.predictors.stats.State;
import io.foreshock.predictors.telemetry.ConfigField;
import io.foreshock.predictors.telemetry.RunConfig;
import io.foreshock.predictors.telemetry.Signal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Turns a {@link Preflight} into a verdict, and saves it as part of a watch's state. */
final class Preflights {
  /** Steps until which a run without a plan has hardly begun. */
  private static final int HARDLY_BEGUN = 100;

  private Preflights() {}

  /**
   * Emits a verdict when the run is expected to be unstable and has hardly begun: within a tenth of
   * its plan, or {@value #HARDLY_BEGUN} steps without one. Later its own signals are better
   * evidence.
   *
   * @param now the run's newest step
   */
  static void judge(Preflight preflight, RunConfig config, long now, Consumer<Verdict> verdicts) {
    double begun = 0.1 * config.number(ConfigField.TOTAL_STEPS).orElse(10.0 * HARDLY_BEGUN);
    if (preflight.verdict() == Preflight.Verdict.UNSTABLE && now <= begun) {
      emit(preflight, now, verdicts);
    }
  }

  /**
   * Emits the verdict that the run is expected to diverge. It is not critical, because nothing is
   * at stake before the run has begun.
   *
   * @param now the run's newest step; crossings before it are not named
   */
  private static void emit(Preflight preflight, long now, Consumer<Verdict> verdicts) {
    Basis basis = preflight.basis();
    double eta = Double.NaN;
    @Nullable Signal signal = null;
    String crossing = "";
    for (ExpectedCrossing next : preflight.crossings()) {
      if (next.step() > now && !(next.step() - now >= eta)) {
        eta = next.step() - now;
        signal = next.signal().signal();
        crossing =
            " Its %s is expected to pass %s at step %d."
                .formatted(next.signal().meaning(), Finding.figure(next.limit()), next.step());
      }
    }
    new Finding(AlarmKind.FORECAST_DIVERGENCE, Severity.WARNING, signal)
        .value(preflight.probability(), Trends.LIKELY)
        .eta(eta, Double.NaN, Double.NaN)
        .probability(preflight.probability())
        .evidence("runs", basis.settled())
        .evidence("lost", basis.lost())
        .evidence("safe_learning_rate", preflight.safeLearningRate())
        .evidence("decades_outside_size", basis.decadesOutsideSize())
        .emit(
            verdicts,
            "Preflight: this run is %s. Of %d finished runs of its kind, %d diverged or ended with a loss more than a tenth above what a lower learning rate reached.%s%s"
                .formatted(
                    chance(preflight.probability()),
                    basis.settled(),
                    basis.lost(),
                    crossing,
                    Double.isNaN(preflight.safeLearningRate())
                        ? ""
                        : " The highest safe learning rate of this size is about "
                            + Finding.figure(preflight.safeLearningRate())
                            + "."));
  }

  private static String chance(double probability) {
    if (Double.isNaN(probability)) {
      return "expected to be unstable";
    }
    return (probability > 0.99 ? "more than 99" : Finding.figure(100 * probability))
        + " % likely to be unstable";
  }

  /** Saves the current preflight, if any, or restores one. */
  static @Nullable Preflight exchanged(@Nullable Preflight current, State state) {
    if (!state.flag(current != null)) {
      return null;
    }
    Preflight p = current == null ? empty() : current;
    Basis b = p.basis();
    return new Preflight(
        state.requiredConstant(Preflight.Verdict.class, p.verdict()),
        state.real(p.probability()),
        state.real(p.safeLearningRate()),
        state.flag(p.safeUpToTheHighest()),
        crossings(p.crossings(), state),
        new Basis(
            (int) state.integer(b.runs()),
            (int) state.integer(b.settled()),
            (int) state.integer(b.lost()),
            state.real(b.smallest()),
            state.real(b.largest()),
            state.real(b.lowestRate()),
            state.real(b.highestRate()),
            state.real(b.decadesOutsideSize()),
            state.real(b.decadesOutsideRate())),
        bands(p.bands(), state),
        texts(p.caveats(), state));
  }

  private static Preflight empty() {
    return new Preflight(
        Preflight.Verdict.NO_BASIS,
        0,
        0,
        false,
        List.of(),
        new Basis(0, 0, 0, 0, 0, 0, 0, 0, 0),
        List.of(),
        List.of());
  }

  private static List<ExpectedCrossing> crossings(List<ExpectedCrossing> current, State state) {
    int count = (int) state.integer(current.size());
    List<ExpectedCrossing> next = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ExpectedCrossing c =
          i < current.size() ? current.get(i) : new ExpectedCrossing(TrendSignal.LOSS, 0, 0);
      next.add(
          new ExpectedCrossing(
              state.requiredConstant(TrendSignal.class, c.signal()),
              state.real(c.limit()),
              state.integer(c.step())));
    }
    return next;
  }

  private static List<Band> bands(List<Band> current, State state) {
    int count = (int) state.integer(current.size());
    List<Band> next = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Band band =
          i < current.size()
              ? current.get(i)
              : new Band(TrendSignal.LOSS, new long[0], new double[0], new double[0]);
      next.add(Band.exchanged(band, state));
    }
    return next;
  }

  private static List<String> texts(List<String> current, State state) {
    int count = (int) state.integer(current.size());
    List<String> next = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      next.add(state.requiredText(i < current.size() ? current.get(i) : null));
    }
    return next;
  }
}
