// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.telemetry.Sample;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What watching costs per optimizer step: one {@code train_step} and fourteen {@code train_layer}
 * lines of a 12-layer model, read already, through {@link RunWatch}. In steady state: the watch has
 * seen thousands of steps before the first that counts.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(2)
public class DetectionBenchmark {
  private static final int STEPS = 512;

  /** {@code calm}: signals scatter about a slow course; {@code brisk}: logits swell and ebb. */
  @Param({"calm", "brisk"})
  private String run;

  private final RunWatch watch = new RunWatch("bench", 200);
  private final Consumer<Alarm> alarms = alarm -> {};
  private SteadyRun stream;
  private long step;

  /** Announces the run. */
  @Setup
  public void configure() {
    stream = new SteadyRun(12, STEPS, run.equals("brisk") ? 0.5 : 0.05);
    new Lines(watch).feed("run_config,run=bench layers=12i,adam_beta2=0.95,adam_epsilon=1e-8 1");
  }

  /** The next stretch of the run; not counted. */
  @Setup(Level.Invocation)
  public void nextStretch() {
    stream.fill(step);
    step += STEPS;
  }

  /** The whole of the watch: lineage, detectors, incidents, outlook, history for a rollback. */
  @Benchmark
  @OperationsPerInvocation(STEPS)
  public RunWatch step() {
    List<Sample> samples = stream.samples();
    for (int i = 0; i < samples.size(); i++) {
      watch.accept(samples.get(i), alarms);
    }
    return watch;
  }
}
