// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.stats.State;
import io.foreshock.predictors.telemetry.Point;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The rules of the user's own that are for one run.
 *
 * <p><b>Change.</b> A rule that is replaced by another of its name, removed, or no longer for the
 * run closes its incident. The same rule goes on as it was.
 *
 * <p><b>State.</b> Each rule's state is saved with its text. A state is restored for the rule with
 * the same text only; the incident of any other one is closed with the next line.
 *
 * <p><b>Threads.</b> Not safe: one run, one owner. <b>Cost.</b> Nothing without rules.
 */
final class Rules {
  private static final String GONE = "The rule was changed or removed.";

  private final String run;
  private List<Rule> all = List.of();
  private List<String> tags = List.of();
  private final List<RuleWatch> watches = new ArrayList<>();

  /** The incidents of rules that are gone, which are still open. */
  private final List<Incidents> gone = new ArrayList<>();

  Rules(String run) {
    this.run = run;
  }

  /** Sets the rules of all runs; those that are for this one are watched. */
  void set(List<Rule> rules) {
    all = rules;
    choose();
  }

  /** Sets the tags of the run, which say what rules are for it. */
  void tags(List<String> runTags) {
    if (!runTags.equals(tags)) {
      tags = List.copyOf(runTags);
      choose();
    }
  }

  /** Whether a line has to be read. */
  boolean any() {
    return !watches.isEmpty() || !gone.isEmpty();
  }

  /** Whether a rule judges the line. */
  boolean judge(Point point) {
    for (RuleWatch watch : watches) {
      if (watch.judges(point)) {
        return true;
      }
    }
    return false;
  }

  /** Reads a line of the run, whatever it is. */
  void line(Point point, int liveSegment, long runStep, Consumer<Alarm> alarms) {
    closeGone(runStep, point.timestamp(), alarms);
    for (RuleWatch watch : watches) {
      watch.line(point, liveSegment, runStep, alarms);
    }
  }

  /** Closes the incidents of rules that are gone. */
  void closeGone(long step, long timeNanos, Consumer<Alarm> alarms) {
    for (Incidents incidents : gone) {
      long opened = incidents.newest().stream().mapToLong(Alarm::timeNanos).max().orElse(0);
      long openedAt = incidents.newest().stream().mapToLong(Alarm::step).max().orElse(0);
      long after = Math.max(step, openedAt); // a run without train_step lines is at step 0
      incidents.end(GONE, after, Math.max(timeNanos, opened + 1), alarms);
    }
    gone.clear();
  }

  /** Closes all incidents of a run that has ended; each says so. */
  void end(String sentence, long step, long timeNanos, Consumer<Alarm> alarms) {
    watches.forEach(watch -> watch.end(sentence, step, timeNanos, alarms));
  }

  /** The newest alarm of each open incident. */
  List<Alarm> newest() {
    List<Alarm> newest = new ArrayList<>();
    watches.forEach(watch -> newest.addAll(watch.incidents().newest()));
    gone.forEach(incidents -> newest.addAll(incidents.newest()));
    return newest;
  }

  /** Opens the incidents that have these newest alarms, if their rules are still there. */
  void resume(List<Alarm> newest) {
    for (RuleWatch watch : watches) {
      watch
          .incidents()
          .resume(
              newest.stream()
                  .filter(alarm -> watch.rule.name().equals(alarm.verdict().rule()))
                  .toList());
    }
  }

  /** Whether each rule can judge the run, by its name. */
  Map<String, Judging> judgings() {
    Map<String, Judging> judgings = new LinkedHashMap<>();
    watches.forEach(watch -> judgings.put(watch.rule.name(), watch.judging()));
    return judgings;
  }

  /** Saves or restores everything but the rules. */
  void exchange(State state) {
    int count = (int) state.integer(tags.size());
    List<String> restored = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      restored.add(state.requiredText(state.restoring() ? null : tags.get(i)));
    }
    tags(restored);
    if (state.restoring()) {
      restore(state);
      return;
    }
    state.integer(watches.size());
    for (RuleWatch watch : watches) {
      state.requiredText(watch.rule.toString());
      watch.incidents().exchange(state);
      State.InMemory saving = State.saving(256);
      watch.exchange(saving);
      state.bytes(saving.toByteArray());
    }
    state.integer(gone.size());
    gone.forEach(incidents -> incidents.exchange(state));
  }

  private void restore(State state) {
    gone.clear();
    for (int left = (int) state.integer(0); left > 0; left--) {
      String text = state.requiredText(null);
      RuleWatch same = null;
      for (RuleWatch watch : watches) {
        same = watch.rule.toString().equals(text) ? watch : same;
      }
      Incidents incidents = same == null ? new Incidents(run) : same.incidents();
      incidents.exchange(state);
      byte[] saved = state.bytes(new byte[0]);
      if (same != null) {
        same.exchange(State.restoring(saved));
      } else {
        leave(incidents);
      }
    }
    for (int left = (int) state.integer(0); left > 0; left--) {
      Incidents incidents = new Incidents(run);
      incidents.exchange(state);
      gone.add(incidents);
    }
  }

  private void leave(Incidents incidents) {
    if (!incidents.newest().isEmpty()) {
      gone.add(incidents);
    }
  }

  private void choose() {
    Map<Rule, RuleWatch> before = new LinkedHashMap<>();
    watches.forEach(watch -> before.put(watch.rule, watch));
    watches.clear();
    for (Rule rule : all) {
      if (rule.isFor(run, tags)) {
        RuleWatch known = before.remove(rule);
        watches.add(known == null ? new RuleWatch(rule, run) : known);
      }
    }
    before.values().forEach(watch -> leave(watch.incidents()));
  }
}
