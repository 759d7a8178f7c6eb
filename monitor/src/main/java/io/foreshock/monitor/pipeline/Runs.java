// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import io.foreshock.monitor.config.Limits;
import io.foreshock.monitor.config.MonitorConfig;
import io.foreshock.monitor.control.ControlException;
import io.foreshock.predictors.online.Alarm;
import io.foreshock.predictors.online.AlarmKind;
import io.foreshock.predictors.online.Rule;
import io.foreshock.predictors.scaling.Preflight;
import io.foreshock.predictors.scaling.RunSummary;
import io.foreshock.predictors.scaling.Trends;
import io.foreshock.predictors.telemetry.NameTable;
import io.foreshock.predictors.telemetry.RunConfig;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * All runs, and how entries change them. The same entries in the same order give the same runs, so
 * a replay of the journal recovers them.
 *
 * <p><b>Threads.</b> {@link #apply} on the pipeline's thread; {@link #view} on any.
 */
public final class Runs {
  private final Limits limits;
  private final Watches watches;
  private final Uptime uptime;
  private final RunMemory memory;
  private final RunLines lines;
  private final NameTable names;
  private final DetectorFailures failures = new DetectorFailures();
  private final StrangeWrites strange = new StrangeWrites();

  /** Creates a collection without runs. */
  public Runs(MonitorConfig config) {
    this(config, System::nanoTime, Runtime.getRuntime().maxMemory());
  }

  /** Creates a collection without runs, with the given clock and heap. */
  public Runs(MonitorConfig config, LongSupplier nanoTime, long heapBytes) {
    this.limits = config.limits();
    this.watches =
        new Watches(
            config.detection(), new RuleBook(config.rules(), config.data(), config.names()));
    this.uptime = new Uptime(nanoTime);
    this.memory = new RunMemory(limits, heapBytes, nanoTime);
    this.names = config.names();
    this.lines = new RunLines(config, memory, this::fresh, failures, strange, uptime, nanoTime);
  }

  /** A run after its last entry. */
  public Optional<RunView> view(String name) {
    return Optional.ofNullable(memory.view(name)).map(KnownRun::view);
  }

  /** All runs after their last entries, in no order. */
  public Collection<RunView> views() {
    return memory.all().stream().map(KnownRun::view).toList();
  }

  /** Number of known runs. */
  public int size() {
    return memory.size();
  }

  /** Number of runs in memory; the others are parked on disk. */
  public long inMemory() {
    return memory.inMemory().count();
  }

  /** Estimated heap that all runs use. */
  public long bytes() {
    return memory.bytes();
  }

  /** Reports, for people, when there is no room for new runs or series. */
  public Optional<String> trouble() {
    return Optional.ofNullable(memory.shortage())
        .map(why -> memory.size() + " runs, no room for new ones: " + why);
  }

  /** What the names in telemetry stand for. */
  NameTable names() {
    return names;
  }

  /** The user's rules. */
  public RuleBook rules() {
    return watches.rules();
  }

  Watches watches() {
    return watches;
  }

  RunMemory memory() {
    return memory;
  }

  /** Those in memory. */
  List<Run> all() {
    return memory.inMemory().toList();
  }

  /** Loads the parked runs with an open incident of a rule that is gone, if there is room. */
  void loadThoseOfGoneRules() {
    Set<String> names = rules().all().stream().map(Rule::name).collect(Collectors.toSet());
    for (KnownRun run : List.copyOf(memory.all())) {
      if (run instanceof ParkedRun parked
          && parked.view().alarms().open().stream()
              .map(alarm -> alarm.verdict().rule())
              .anyMatch(rule -> rule != null && !names.contains(rule))
          && memory.readmits(parked)) {
        memory.get(parked.name());
      }
    }
  }

  void restore(KnownRun run) {
    memory.put(run);
    uptime.heard(run.heardNanos());
  }

  /** Newest journal entry that any snapshot covers. */
  long covered() {
    return memory.all().stream().mapToLong(KnownRun::coveredSequence).max().orElse(0);
  }

  /** Nanoseconds that the monitor was running in all; setting a clock does not change it. */
  long uptimeNanos() {
    return uptime.nanos();
  }

  /** Series of the runs in memory. */
  public long series() {
    return memory.series();
  }

  /** The run of that name; creates it when it is not known. */
  Run get(String name) {
    Run known = memory.find(name);
    if (known != null) {
      return known;
    }
    Run run = fresh(name);
    memory.put(run);
    return run;
  }

  /**
   * The run of that name.
   *
   * @throws ControlException when it is not known
   */
  Run known(String name) {
    Run run = memory.find(name);
    if (run == null) {
      throw ControlException.noSuchRun(name);
    }
    return run;
  }

  private Run fresh(String name) {
    Run run = new Run(name, watches.watch(name));
    run.heardNanos = uptime.nanos();
    return run;
  }

  /**
   * Judges a configuration by the other runs.
   *
   * @param name name of the run with this configuration, which is left out; null for none
   * @throws IllegalArgumentException when size or learning rate is missing
   */
  Preflight preflight(RunConfig config, @Nullable String name) {
    List<RunSummary> others = new ArrayList<>();
    for (KnownRun known : memory.all()) {
      RunSummary summary = known.summary();
      if (summary != null && !known.view().run().equals(name)) {
        others.add(summary);
      }
    }
    return Trends.preflight(config, others);
  }

  /**
   * Applies a new entry.
   *
   * @param watcher observes the accepted lines
   */
  Findings apply(Entry entry, long sequence, LineWatcher watcher) {
    long bytes = entry instanceof Entry.Lines write ? write.text().length : 0;
    return apply(entry, Findings.of(sequence, bytes), watcher);
  }

  /**
   * Applies an entry of the journal at the start. It does not change a run whose snapshot covers
   * it. Its batch holds alarms only, because stores read the lines themselves.
   *
   * @param refused indices of its lines that were refused when it came
   */
  Findings replay(Entry entry, long sequence, BitSet refused) {
    Findings found = Findings.replaying(sequence);
    found.lines.refused.or(refused);
    return apply(entry, found, LineWatcher.NONE);
  }

  private Findings apply(Entry entry, Findings found, LineWatcher watcher) {
    if (entry instanceof Entry.Lines write) {
      lines.apply(write, found, watcher);
      return found;
    }
    if (entry instanceof Entry.Refused) {
      return found; // it was applied with its write
    }
    Entry.Control control = (Entry.Control) entry;
    boolean covered = memory.isCovered(control.run(), found.sequence);
    if (control instanceof Entry.Raised raised) {
      found.batch.add(raised.alarm());
    } else if (control instanceof Entry.Departed departed) {
      if (departed instanceof Entry.Deleted) {
        found.batch.delete(departed.run());
      }
      if (!covered) {
        found.departed = memory.present(departed.run());
        memory.remove(departed.run());
        failures.forget(departed.run());
        strange.forget(departed.run());
      }
    } else if (!covered) {
      // its last message may have been delivered after it was retired
      Run run = control instanceof Entry.Notified ? memory.find(control.run()) : get(control.run());
      if (run != null) {
        control(run, control, found);
        found.touch(run, memory);
      }
    }
    return found;
  }

  /** Logs the failure of a detector at a clock tick. */
  void detectionFailed(Run run, RuntimeException e) {
    failures.log(run.name, e);
  }

  /** The findings of alarms that no line raised or closed. */
  Findings raised(Run run, List<Alarm> alarms, long sequence) {
    Findings found = Findings.of(sequence, 0);
    alarms.forEach(alarm -> found.alarm(run, alarm));
    found.touch(run, memory);
    return found;
  }

  private void control(Run run, Entry.Control control, Findings found) {
    Consumer<Alarm> alarms = alarm -> found.alarm(run, alarm);
    if (control instanceof Entry.Issued issued) {
      run.commands.enter(issued.command()).forEach(found.commands::add);
    } else if (control instanceof Entry.Judged judged) {
      found.commands.add(run.commands.update(judged.id(), judged.status(), null, judged.detail()));
    } else if (control instanceof Entry.Acknowledged ack) {
      found.commands.add(run.commands.update(ack.id(), ack.status(), ack.step(), ack.detail()));
    } else if (control instanceof Entry.Polled polled) {
      run.commands.adopt(polled.taken());
    } else if (control instanceof Entry.Unanswered late) {
      run.unanswered(late, alarms);
    } else if (control instanceof Entry.Answered answered) {
      run.watch.close(AlarmKind.COMMAND_UNANSWERED, answered.nowNanos(), alarms);
    } else if (control instanceof Entry.Notified notified) {
      run.outbox.settle(notified.notice());
    } else if (control instanceof Entry.Ticked ticked) {
      run.watch.tick(ticked.nowNanos(), alarms);
    } else if (control instanceof Entry.RulesChanged changed) {
      run.watch.rules(watches.rules().all(), changed.nowNanos(), alarms);
    } else if (control instanceof Entry.Expected expected) {
      run.watch.expect(expected.preflight(), alarms);
    } else if (control instanceof Entry.Remark remark) {
      remark(run, remark, alarms);
      found.remarks.add(remark);
    }
  }

  private static void remark(Run run, Entry.Remark remark, Consumer<Alarm> alarms) {
    if (remark instanceof Entry.Described described) {
      run.remarks = run.remarks.with(described.description());
      run.watch.tags(described.description().tags(), described.nowNanos(), alarms);
    } else if (remark instanceof Entry.IncidentAcknowledged seen) {
      run.remarks = run.remarks.with(seen.acknowledgement());
    }
  }
}
