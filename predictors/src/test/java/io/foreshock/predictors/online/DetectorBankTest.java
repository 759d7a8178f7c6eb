// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.foreshock.predictors.forecast.DivergenceModel;
import io.foreshock.predictors.stats.State;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class DetectorBankTest {
  @Test
  void emitsTheWorstFirst() {
    DetectorBank bank = new DetectorBank(200, new Forecaster(200, DivergenceModel.shipped()));
    List<Verdict> found = new ArrayList<>();
    for (int step = 1; step <= 110; step++) {
      found.clear();
      double jump = step > 100 ? 20 : 1;
      Sample sample = Sample.ofStep(step, step).set(Signal.LOSS, 2 * jump);
      bank.update(sample.set(Signal.GRAD_NORM, jump), found::add);
    }
    assertTrue(found.size() > 1);
    assertEquals(Severity.CRITICAL, found.get(0).severity());
    List<Verdict> sorted = new ArrayList<>(found);
    sorted.sort(Comparator.comparing(Verdict::severity).reversed());
    assertEquals(sorted, found);
  }

  @Test
  void onlyWhatJudgesFromTheFirstStepIsCriticalInTheFirstTwenty() {
    assertEquals(Severity.CRITICAL, worstOfAJump(Signal.LOSS, 3));
    assertEquals(Severity.WARNING, worstOfAJump(Signal.GRAD_NORM, 17));
    assertEquals(Severity.CRITICAL, worstOfAJump(Signal.GRAD_NORM, 40));
  }

  /** Of a signal that grows a hundredfold after so many steps of a watch that began at 1000. */
  private static Severity worstOfAJump(Signal signal, int steps) {
    DetectorBank bank = new DetectorBank(List.of(new LossSpike(), new GradientSpike()));
    List<Verdict> found = new ArrayList<>();
    for (int i = 0; i < steps; i++) {
      bank.update(Sample.ofStep(1000 + i, i).set(signal, 2), found::add);
    }
    assertEquals(List.of(), found);
    bank.update(Sample.ofStep(1000 + steps, steps).set(signal, 60), found::add);
    bank.update(Sample.ofStep(1001 + steps, steps).set(signal, 900), found::add);
    return found.get(found.size() - 1).severity();
  }

  @Test
  void oneDetectorsFailureHidesNoOthersVerdict() {
    Detector broken =
        new Detector() {
          @Override
          public Set<Signal> signals() {
            return Set.of(Signal.LOSS);
          }

          @Override
          public AlarmKind kind() {
            return AlarmKind.LOSS_SPIKE;
          }

          @Override
          public Judging judging() {
            return new Judging.Active();
          }

          @Override
          public void update(Sample sample, Consumer<Verdict> verdicts) {
            throw new IllegalStateException("broken");
          }

          @Override
          public void exchange(State state) {}
        };
    DetectorBank bank = new DetectorBank(List.of(broken, new LossSpike()));
    List<Verdict> found = new ArrayList<>();
    for (int step = 1; step <= 110; step++) {
      Sample sample = Sample.ofStep(step, step).set(Signal.LOSS, step > 100 ? 40 : 2);
      Throwable thrown =
          assertThrows(IllegalStateException.class, () -> bank.update(sample, found::add));
      assertEquals("broken", thrown.getMessage());
    }
    assertEquals(AlarmKind.LOSS_SPIKE, found.get(0).kind());
  }

  @Test
  void everyDetectorIsInTheBankAndKeepsTheContract() throws ClassNotFoundException {
    Set<Class<?>> inBank = new HashSet<>();
    new DetectorBank(200, new Forecaster(200, DivergenceModel.shipped()))
        .all()
        .forEach(detector -> inBank.add(detector.getClass()));
    Set<Class<?>> all = new HashSet<>();
    for (JavaClass type :
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.foreshock.predictors.online")) {
      if (type.isAssignableTo(Detector.class)
          && type.isTopLevelClass()
          && !type.isInterface()
          && !type.getModifiers().contains(JavaModifier.ABSTRACT)) {
        all.add(type.reflect());
        Class<?> test = Class.forName(type.getName() + "Test");
        assertTrue(DetectorContract.class.isAssignableFrom(test), test + " is no contract");
      }
    }
    assertEquals(all, inBank);
  }

  @Test
  void stateOfTwelveLayersStaysSmall() {
    DetectorBank bank = new DetectorBank(200, new Forecaster(200, DivergenceModel.shipped()));
    SteadyRun run = new SteadyRun(12, 500, 0.5);
    run.fill(0);
    run.samples().forEach(sample -> bank.update(sample, verdict -> {}));
    State.InMemory state = State.saving(64 << 10);
    bank.exchange(state);
    int bytes = state.toByteArray().length;
    // beside it, within 64 KiB, there must be room for the forecast and the lineage
    assertTrue(bytes > 10_000 && bytes <= 40_000, bytes + " bytes");
  }
}
