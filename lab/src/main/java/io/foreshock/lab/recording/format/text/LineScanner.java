// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording.format.text;

import static io.foreshock.lab.recording.format.text.NumberScanner.charAt;
import static io.foreshock.lab.recording.format.text.NumberScanner.isDigit;

import io.foreshock.lab.recording.format.text.Name.Kind;
import java.util.Set;

/**
 * Finds the numbers of a line and the names before them, whatever stands between them.
 *
 * <p><b>Definition.</b> The words before a number are its name, back to the number before or to a
 * separator: comma, semicolon, tab, {@code |}, a bracket, or a word without letters such as {@code
 * -}. Behind {@code :} or {@code =} a word begins another name. Dates and times are separators.
 * Dicts are read by {@link DictScanner}. A number without a name is left out, but a count with a
 * total may be the step: {@code 450/1000} in a progress bar.
 *
 * <p><b>Threads.</b> Not safe. <b>Cost.</b> One pass over the line and one over each of the first
 * dicts.
 */
final class LineScanner {
  private static final int MOST_DICTS = 4;
  private static final int MOST_NUMBERS = 1000;
  private static final int LONGEST_WORDS = 200;
  private static final int LONGEST_REMARK = 24;
  private static final int TIME_WITHIN = 100;
  private static final String SEPARATORS = ",;|{}<>])\t";
  private static final String WORD_ENDS = " \t\"':=,;|()[]{}<>";

  /** Behind these a number in brackets is the value. */
  private static final Set<String> WRAPPERS =
      Set.of("tensor", "float", "Array", "array", "np.float64", "np.float32", "DeviceArray");

  /** These stand for a number that there is not. */
  private static final Set<String> ABSENT =
      Set.of("n/a", "N/A", "NA", "None", "none", "null", "--");

  private final NameReader names;
  private final NumberScanner number = new NumberScanner();
  private final TimeScanner time = new TimeScanner();
  private final DictScanner dicts;

  private String line = "";
  private TextRecord record;
  private int at;
  private int numbersLeft;
  private int nameFrom;
  private int nameTo;
  private boolean joined;
  private boolean separated;
  private int squareFrom;
  private int squareTo;
  private boolean squareJoined;
  private int leadEnd;

  LineScanner(NameReader names) {
    this.names = names;
    this.dicts = new DictScanner(names);
    this.record = new TextRecord(names);
  }

  /** Adds what the record's line holds to the record. */
  void scan(TextRecord into) {
    record = into;
    line = into.line();
    at = 0;
    forget();
    separated = true;
    squareFrom = -1;
    squareTo = -1;
    leadEnd = 0;
    numbersLeft = MOST_NUMBERS;
    int dictsLeft = MOST_DICTS;
    while (at < line.length() && numbersLeft > 0) {
      char c = line.charAt(at);
      if (c == ' ' || c == '"' || c == '\'' || c == '#') {
        at++;
      } else if (c == ':' || c == '=') {
        joined = nameFrom >= 0;
        at++;
      } else if (c == '{' && dictsLeft-- > 0) {
        dict();
      } else if (c == '(') {
        round();
      } else if (c == '[') {
        square();
      } else if (SEPARATORS.indexOf(c) >= 0) {
        squareTo = c == ']' && squareFrom >= 0 ? at + 1 : squareTo;
        squareFrom = -1;
        separate();
        at++;
      } else {
        token(c);
      }
    }
    separate();
  }

  private void dict() {
    separate();
    int end = dicts.read(line, at, record);
    at = end < 0 ? at + 1 : end;
  }

  /** A remark in brackets belongs to the name before it; otherwise brackets are separators. */
  private void round() {
    int close = closing();
    if (nameFrom >= 0 && !joined && isRemark(close)) {
      noteWords(at + 1, close);
      at = close + 1;
      char next = charAt(line, skipBlanks(at));
      nameTo = next == ':' || next == '=' ? at : nameTo;
    } else {
      if (nameFrom < 0 || !isNumberNext(at + 1)) {
        separate();
      }
      at++;
    }
  }

  private void square() {
    squareFrom = at;
    int next = at + 1;
    while (charAt(line, next) == '[' || charAt(line, next) == '(') {
      next++;
    }
    if (nameFrom < 0 || !isNumberNext(next)) {
      separate();
    }
    at = next;
  }

  private void token(char first) {
    if (isDigit(first)) {
      int end = time.read(line, at);
      if (end > at) {
        timeFound(end);
        return;
      }
    }
    if (number.read(line, at) && !(number.spelled() && isPartOfName())) {
      numberFound();
    } else {
      word();
    }
  }

  /** {@code number of nan iterations: 0} */
  private boolean isPartOfName() {
    return !joined && (nameFrom < 0 || !isKnown());
  }

  private void timeFound(int end) {
    if (time.isPointInTime() && at < TIME_WITHIN && !record.hasTime()) {
      record.setTime(time.nanos());
    }
    separate();
    at = end;
  }

  private void numberFound() {
    if (nameFrom < 0) {
      namelessFound();
    } else if (separated || joined || isKnown()) {
      Name name = names.read(line.substring(nameFrom, nameTo));
      if (name.ofEvaluation() && !name.is(Kind.EVALUATION)) {
        record.setEvaluation(true);
      }
      boolean place = name.is(Kind.STEP) || name.is(Kind.EPOCH);
      if (!(place && !number.isCount()) && !isBar()) {
        boolean share = number.percent() && name.normal().equals("mfu");
        record.add(name, share ? number.value() / 100 : number.value(), number.total());
      }
      numbersLeft--;
    }
    squareJoined = squareFrom >= 0 && joined;
    at = Math.max(number.end(), at + 1);
    forget();
    separated = true;
  }

  private void namelessFound() {
    if (!Double.isNaN(number.total()) || isBarWithoutTotal()) {
      if (Double.isNaN(record.count())) {
        record.setCount(number.value(), number.total());
        if (isSecondSquare() && !record.entries().isEmpty()) {
          record.setBrackets(squareJoined);
        }
      }
    } else if (record.entries().isEmpty() && line.substring(0, at).isBlank()) {
      record.setLead(number.value(), charAt(line, number.end()) == ':');
      leadEnd = number.end();
    } else if (leadEnd > 0 && at > leadEnd && line.substring(leadEnd, at).isBlank()) {
      record.setSecond(number.value());
      leadEnd = 0;
    }
  }

  /** {@code Training: 10%|█ | 100/1000} */
  private boolean isBar() {
    return number.percent() && charAt(line, number.end()) == '|';
  }

  /** {@code 450it [01:23, 5.44it/s, loss=2.34]} */
  private boolean isBarWithoutTotal() {
    return line.startsWith("it [", number.end() - 2);
  }

  /** {@code [1][50/1000]} */
  private boolean isSecondSquare() {
    return squareFrom >= 0 && squareTo >= 0 && line.substring(squareTo, squareFrom).isBlank();
  }

  /** Whether words that nothing joins to the number are a name that means something. */
  private boolean isKnown() {
    return nameTo - nameFrom <= LONGEST_WORDS
        && !names.read(line.substring(nameFrom, nameTo)).is(Kind.OTHER);
  }

  private void word() {
    int end = at;
    boolean letters = false;
    while (end < line.length() && WORD_ENDS.indexOf(line.charAt(end)) < 0) {
      letters |= Character.isLetterOrDigit(line.charAt(end));
      end++;
    }
    if (end == at) { // a character that begins no word, such as a sign alone before a bracket
      end++;
    }
    if (!letters) {
      separate();
    } else if (charAt(line, end) == '(' && WRAPPERS.contains(line.substring(at, end))) {
      end++;
    } else {
      rankFound(at, end);
      if (joined && ABSENT.contains(line.substring(at, end))) {
        forget();
        at = end;
        return;
      }
      if (joined) {
        separate();
      }
      nameFrom = nameFrom < 0 ? at : nameFrom;
      nameTo = end;
      if (line.charAt(end - 1) == '.' && end - at > 4) { // the end of a sentence
        separate();
      }
    }
    at = end;
  }

  /** {@code rank0} alone is how launchers mark the lines of a rank. */
  private void rankFound(int from, int to) {
    if (to - from > 4 && to - from < 10 && line.regionMatches(true, from, "rank", 0, 4)) {
      if (number.read(line, from + 4) && number.end() == to) {
        record.add("rank", number.value());
      }
    }
  }

  /** Ends the words before here without a number. */
  private void separate() {
    if (nameFrom >= 0) {
      noteWords(nameFrom, nameTo);
    }
    forget();
    separated = true;
  }

  private void forget() {
    nameFrom = -1;
    nameTo = -1;
    joined = false;
  }

  private void noteWords(int from, int to) {
    if (to - from < 64 && names.hasEvaluationWord(line, from, to)) {
      record.setEvaluation(true);
    }
  }

  private boolean isNumberNext(int from) {
    return number.read(line, skipBlanks(from));
  }

  /** Where the bracket that opens here ends, if that is near; -1 otherwise. */
  private int closing() {
    int last = Math.min(line.length(), at + LONGEST_REMARK);
    for (int i = at; i < last; i++) {
      if (line.charAt(i) == ')') {
        return i;
      }
    }
    return -1;
  }

  /** Whether the bracket that opens here ends there and holds a few words. */
  private boolean isRemark(int close) {
    if (close < 0) {
      return false;
    }
    for (int i = at; i < close; i++) {
      if (isDigit(line.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private int skipBlanks(int from) {
    int i = from;
    while (charAt(line, i) == ' ') {
      i++;
    }
    return i;
  }
}
