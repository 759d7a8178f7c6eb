// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording.format.text;

import io.foreshock.lab.recording.format.text.Name.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one line says: its numbers with their names, its time, and what kind of line it is.
 *
 * <p><b>Threads.</b> Not safe; one instance is refilled line after line.
 */
final class TextRecord {
  /**
   * A number of the line.
   *
   * @param total of which {@code value} is the count; NaN when there is none
   */
  record Entry(Name name, double value, double total) {
    private boolean isStep() {
      return name.is(Kind.STEP) && value >= 0 && value <= 1L << 53 && value == Math.rint(value);
    }
  }

  private static final int MOST_ENTRIES = 1000;

  private final NameReader names;
  private final List<Entry> entries = new ArrayList<>();
  private final Map<String, String> texts = new HashMap<>();
  private String line = "";
  private boolean evaluation;
  private boolean accepted;
  private boolean dict;
  private boolean rejected;
  private double epoch;
  private double count;
  private double countTotal;
  private double bracketsFrom;
  private double lead;
  private double second;
  private boolean leadIsMark;
  private boolean hasTime;
  private long nanos;

  TextRecord(NameReader names) {
    this.names = names;
  }

  /** Empties the record for another line. */
  void begin(String line) {
    this.line = line;
    entries.clear();
    texts.clear();
    evaluation = false;
    accepted = false;
    rejected = false;
    dict = false;
    epoch = Double.NaN;
    count = Double.NaN;
    countTotal = Double.NaN;
    bracketsFrom = Double.NaN;
    lead = Double.NaN;
    second = Double.NaN;
    leadIsMark = false;
    hasTime = false;
  }

  /** The line itself. */
  String line() {
    return line;
  }

  /** Its numbers, in the order of the line. */
  List<Entry> entries() {
    return entries;
  }

  void add(Name name, double value, double total) {
    if (entries.size() < MOST_ENTRIES) {
      entries.add(new Entry(name, value, total));
    }
  }

  /** Adds a number under a name as the line could have it. */
  void add(String name, double value) {
    add(names.key(name), value, Double.NaN);
  }

  /** Adds a text of a dict. */
  void addText(String key, String text) {
    if (texts.size() < MOST_ENTRIES) {
      texts.put(key, text);
    }
  }

  /** Removes the entries from the i-th on. */
  void cut(int i) {
    entries.subList(i, entries.size()).clear();
  }

  /** A text of a dict; empty when there is none. */
  String text(String key) {
    return texts.getOrDefault(key, "");
  }

  /** Returns the first number of that name in its normal form; null when there is none. */
  @Nullable Entry find(String normal) {
    for (Entry entry : entries) {
      if (entry.name().normal().equals(normal)) {
        return entry;
      }
    }
    return null;
  }

  boolean has(String normal) {
    return find(normal) != null;
  }

  boolean has(Kind kind) {
    for (Entry entry : entries) {
      if (entry.name().is(kind)) {
        return true;
      }
    }
    return false;
  }

  /** Gives the number of that name, if there is one, another name and a factor. */
  void rename(String normal, String name, double factor) {
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      if (entry.name().normal().equals(normal)) {
        entries.set(i, new Entry(names.key(name), entry.value() * factor, entry.total()));
        return;
      }
    }
  }

  void rename(String normal, String name) {
    rename(normal, name, 1);
  }

  void remove(String normal) {
    entries.removeIf(entry -> entry.name().normal().equals(normal));
  }

  /** The number that counts the steps; null when there is none. */
  @Nullable Entry step() {
    Entry best = null;
    for (Entry entry : entries) {
      if (entry.isStep() && (best == null || entry.name().rank() < best.name().rank())) {
        best = entry;
      }
    }
    return best;
  }

  /** The epoch; NaN when the line does not tell it. */
  double epoch() {
    if (!Double.isNaN(epoch)) {
      return epoch;
    }
    for (Entry entry : entries) {
      if (entry.name().is(Kind.EPOCH)) {
        return entry.value();
      }
    }
    return Double.NaN;
  }

  void setEpoch(double epoch) {
    this.epoch = epoch;
  }

  /** The first count with a total that has no name, such as of a progress bar; NaN without one. */
  double count() {
    return count;
  }

  double countTotal() {
    return countTotal;
  }

  void setCount(double count, double total) {
    this.count = count;
    this.countTotal = total;
  }

  /**
   * Notes the number that the line begins with.
   *
   * @param mark whether a colon follows, as behind a launcher's mark
   */
  void setLead(double lead, boolean mark) {
    this.lead = lead;
    this.leadIsMark = mark;
  }

  /** Notes a second number directly behind the first. */
  void setSecond(double second) {
    this.second = second;
  }

  /** Notes that the last number is the epoch and that the count behind it is within the epoch. */
  void setBrackets(boolean fromZero) {
    Entry first = entries.remove(entries.size() - 1);
    evaluation |= first.name().is(Kind.EVALUATION); // VALIDATION [2][0/10]
    epoch = first.value();
    bracketsFrom = fromZero ? 0 : 1;
  }

  /** The first epoch as lines with two brackets count; NaN when the line is none of these. */
  double bracketsFrom() {
    return bracketsFrom;
  }

  boolean isDict() {
    return dict;
  }

  void setDict() {
    dict = true;
  }

  /** Whether a word of the line or the names of its numbers say that it is of an evaluation. */
  boolean isEvaluation() {
    return evaluation || has(Kind.EVALUATION) && !has(Kind.SIGNAL);
  }

  void setEvaluation(boolean evaluation) {
    this.evaluation = evaluation;
  }

  /** Makes the line a record whatever its names are. */
  void accept() {
    accepted = true;
  }

  /** Makes the line none. */
  void reject() {
    rejected = true;
  }

  boolean hasTime() {
    return hasTime;
  }

  long nanos() {
    return nanos;
  }

  void setTime(long nanos) {
    this.nanos = nanos;
    this.hasTime = true;
  }

  /** Whether the line begins with a number and a colon. */
  boolean hasMark() {
    return leadIsMark && lead >= 0;
  }

  /**
   * Gives a meaning to the number that the line begins with: a launcher's mark of the rank, or the
   * step if nothing else in the line tells its place. Of two numbers they are epoch and step.
   *
   * @param launched whether lines of this log begin with a launcher's marks, so that none is a step
   */
  void useLead(boolean launched) {
    if (Double.isNaN(lead) || lead != Math.rint(lead) || lead < 0) {
      return;
    }
    if (isPlaced()) {
      if (leadIsMark) {
        add("rank", lead);
      }
    } else if (tells() && !(launched && leadIsMark)) {
      boolean two = second >= 0 && !leadIsMark;
      epoch = two ? lead : epoch;
      add("step", two ? second : lead);
    }
  }

  private boolean isPlaced() {
    return dict || step() != null || !Double.isNaN(epoch()) || !Double.isNaN(count);
  }

  /** Whether the line tells how training or an evaluation goes. */
  boolean tells() {
    return has(Kind.SIGNAL) || has(Kind.EVALUATION);
  }

  /** Whether the line is a record. */
  boolean isRecord() {
    return !rejected && (accepted || isPlaced() && tells()) && !entries.isEmpty();
  }
}
