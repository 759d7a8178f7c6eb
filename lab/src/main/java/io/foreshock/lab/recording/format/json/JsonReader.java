// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording.format.json;

import com.fasterxml.jackson.core.JsonParser;
import io.foreshock.lab.recording.format.LineNumber;
import io.foreshock.lab.recording.format.LogReader;
import io.foreshock.lab.recording.format.LogRecord;
import io.foreshock.lab.recording.format.TimeText;
import io.foreshock.predictors.telemetry.LineReader;
import io.foreshock.predictors.telemetry.NameTable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads the JSON objects of one log. */
final class JsonReader implements LogReader {
  /** Longest object that is read. */
  static final int LONGEST_BYTES = 1 << 24;

  private static final int WAIT = -1;

  /** Bytes that may stand between two objects. */
  private static final String BETWEEN = " \t\r\n,[]\u001e";

  private final LineNumber line = new LineNumber();
  private final JsonObjects objects = new JsonObjects();
  private final JsonRecord json;
  private boolean begun;
  private boolean mixed;
  private boolean inLongObject;

  JsonReader(NameTable names) {
    this.json = new JsonRecord(names);
  }

  /** Whether there are lines of another kind among the objects, as in what a program prints. */
  boolean isMixed() {
    return mixed;
  }

  @Override
  public int read(byte[] bytes, int from, int to, boolean ended, LineReader.Lines records) {
    line.begin(from);
    int at = begun ? from : begin(bytes, from, to, ended);
    while (begun && at < to) {
      int next = next(bytes, at, to, ended, records);
      if (next == WAIT) {
        break;
      }
      at = next;
    }
    line.at(bytes, at);
    return at;
  }

  @Override
  public long number() {
    return line.last();
  }

  /** Decides by the first line what the log is. */
  private int begin(byte[] bytes, int from, int to, boolean ended) {
    if (to - from < 3 && !ended) {
      return from;
    }
    int at = LineNumber.afterMark(bytes, from, to);
    int first = skip(bytes, at, to, " \t\r\n");
    int second = first < to && bytes[first] == '[' ? skip(bytes, first + 1, to, " \t\r\n") : first;
    if (second == to && !ended) {
      return from;
    }
    begun = true;
    mixed = second < to && bytes[second] != '{' && bytes[second] != ']';
    return at;
  }

  private int next(byte[] bytes, int from, int to, boolean ended, LineReader.Lines records) {
    if (inLongObject) {
      int feed = LineNumber.feed(bytes, from, to);
      inLongObject = feed < 0;
      return feed < 0 ? to : feed + 1;
    }
    int at = skip(bytes, from, to, BETWEEN);
    if (at == to) {
      return to;
    }
    if (bytes[at] != '{') {
      return line(bytes, at, to, ended, records);
    }
    return mixed ? line(bytes, at, to, ended, records) : object(bytes, at, to, ended, records);
  }

  /** Reads an object in a log that holds nothing else. */
  private int object(byte[] bytes, int at, int to, boolean ended, LineReader.Lines records) {
    int end = objects.end(bytes, at, to);
    if (end == JsonObjects.INCOMPLETE) {
      return unfinished(bytes, at, to, ended, records);
    }
    if (!objects.whole()) {
      records.bad(line.at(bytes, at), "the object is not complete");
      return end;
    }
    String problem = parse(bytes, at, end, records, TimeText.NONE);
    if (problem != null) {
      records.bad(line.at(bytes, at), problem);
    }
    return end;
  }

  private int unfinished(byte[] bytes, int at, int to, boolean ended, LineReader.Lines records) {
    if (to - at > LONGEST_BYTES) {
      records.bad(line.at(bytes, at), "the object is longer than " + LONGEST_BYTES + " bytes");
      inLongObject = !ended;
      return to;
    }
    if (ended) {
      records.bad(line.at(bytes, at), "the object is not complete");
      return to;
    }
    return WAIT;
  }

  /** Reads a line that does not begin with an object. */
  private int line(byte[] bytes, int at, int to, boolean ended, LineReader.Lines records) {
    int feed = LineNumber.feed(bytes, at, to);
    if (feed < 0 && !ended) {
      return unfinished(bytes, at, to, false, records);
    }
    int end = feed < 0 ? to : feed;
    int object = objectIn(bytes, at, end);
    int objectEnd = object < 0 ? -1 : objects.end(bytes, object, end);
    boolean whole = objectEnd > 0 && objects.whole();
    String problem = "expected a JSON object";
    if (whole) {
      String prefix = new String(bytes, at, object - at, StandardCharsets.UTF_8);
      problem = parse(bytes, object, objectEnd, records, TimeText.nanos(prefix));
    }
    if (problem != null && !mixed) {
      records.bad(line.at(bytes, at), problem);
    }
    return whole && !mixed ? objectEnd : end;
  }

  private static int objectIn(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] == '{') {
        int next = skip(bytes, i + 1, to, " ");
        if (next < to && bytes[next] == '"') {
          return i;
        }
      }
    }
    return -1;
  }

  /** Passes an object on; returns what is wrong with it, or null. */
  private @Nullable String parse(
      byte[] bytes, int from, int to, LineReader.Lines records, long nanos) {
    try {
      fill(bytes, from, to);
    } catch (IOException e) {
      byte[] mended = JsonText.withWordsQuoted(bytes, from, to);
      try {
        fill(mended, 0, mended.length);
      } catch (IOException again) {
        return JsonText.reason(e);
      }
    }
    LogRecord record = json.record();
    boolean summary = record.isSummary();
    double step = summary ? record.step() : Double.NaN;
    record.time(nanos);
    record.pass(records, line.at(bytes, from));
    if (summary) {
      record.passEnd(records, line.at(bytes, from), step);
    }
    return null;
  }

  private void fill(byte[] bytes, int from, int to) throws IOException {
    try (JsonParser parser = JsonText.parser(bytes, from, to)) {
      parser.nextToken();
      json.fill(parser);
    }
  }

  private static int skip(byte[] bytes, int from, int to, String what) {
    int i = from;
    while (i < to && what.indexOf(bytes[i]) >= 0) {
      i++;
    }
    return i;
  }
}
