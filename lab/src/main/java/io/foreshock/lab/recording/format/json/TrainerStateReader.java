// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording.format.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.foreshock.lab.recording.format.LineNumber;
import io.foreshock.lab.recording.format.LogReader;
import io.foreshock.lab.recording.format.LogRecord;
import io.foreshock.predictors.telemetry.ConfigField;
import io.foreshock.predictors.telemetry.LineReader;
import io.foreshock.predictors.telemetry.MalformedLineException;
import io.foreshock.predictors.telemetry.Measurement;
import io.foreshock.predictors.telemetry.NameTable;
import io.foreshock.predictors.telemetry.Point;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads a trainer's state in two passes over the whole document: what is announced before the
 * records stands behind them, and nothing is passed on from a document that is not complete.
 */
final class TrainerStateReader implements LogReader {
  private static final String HISTORY = "log_history";

  private final JsonRecord json;
  private long record = 1;

  TrainerStateReader(NameTable names) {
    this.json = new JsonRecord(names);
  }

  @Override
  public int read(byte[] bytes, int from, int to, boolean ended, LineReader.Lines records) {
    int begin = ended ? LineNumber.afterMark(bytes, from, to) : to;
    while (begin < to && bytes[begin] <= ' ' && bytes[begin] >= 0) {
      begin++;
    }
    if (begin == to) {
      return ended ? to : from;
    }
    try {
      TrainerState state = state(bytes, begin, to);
      if (state == null) {
        records.bad(record, "expected 'log_history', a list of records");
      } else {
        announce(state, records);
        pass(bytes, begin, to, records);
        if (state.isFinished()) {
          json.record().passEnd(records, record, state.lastStep());
        }
      }
    } catch (IOException e) {
      records.bad(record, "the document is not complete, or it is damaged: " + JsonText.reason(e));
    }
    return to;
  }

  @Override
  public long number() {
    return record;
  }

  /** Reads the whole document; returns null when it has no records. */
  private @Nullable TrainerState state(byte[] bytes, int from, int to) throws IOException {
    TrainerState state = new TrainerState();
    boolean found = false;
    try (JsonParser parser = JsonText.parser(bytes, from, to)) {
      if (parser.nextToken() == JsonToken.START_ARRAY) {
        found = true;
        history(parser, state);
      } else {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          String key = parser.currentName();
          JsonToken value = parser.nextToken();
          if (key.equals(HISTORY) && value == JsonToken.START_ARRAY) {
            found = true;
            history(parser, state);
          } else if (value.isNumeric()) {
            state.number(key, parser.getDoubleValue());
          } else {
            parser.skipChildren();
          }
        }
      }
      parser.nextToken(); // nothing may follow, and it must be the end
    }
    return found ? state : null;
  }

  private void history(JsonParser parser, TrainerState state) throws IOException {
    while (parser.nextToken() == JsonToken.START_OBJECT) {
      json.fill(parser);
      LogRecord record = json.record();
      state.record(record.step(), record.hasLoss(), record.isSummary());
    }
    if (parser.currentToken() != JsonToken.END_ARRAY) {
      throw new IOException("expected a record, found " + parser.currentToken());
    }
  }

  private void announce(TrainerState state, LineReader.Lines records) {
    Point config = new Point();
    config.begin(Measurement.RUN_CONFIG.wireName());
    if (state.totalSteps() > 0) {
      config.addInteger(ConfigField.TOTAL_STEPS.wireName(), state.totalSteps());
    }
    if (state.lossSteps() > 1) {
      config.addInteger(ConfigField.LOSS_STEPS.wireName(), state.lossSteps());
    }
    if (config.fieldCount() > 0) {
      try {
        records.line(config);
      } catch (MalformedLineException e) {
        records.bad(record, e.reason());
      }
    }
  }

  private void pass(byte[] bytes, int from, int to, LineReader.Lines records) throws IOException {
    try (JsonParser parser = JsonText.parser(bytes, from, to)) {
      JsonToken token = parser.nextToken();
      while (token != JsonToken.START_ARRAY || !isHistory(parser)) {
        if (token == JsonToken.START_ARRAY) {
          parser.skipChildren();
        }
        token = parser.nextToken();
      }
      while (parser.nextToken() == JsonToken.START_OBJECT) {
        json.fill(parser);
        json.record().pass(records, record++);
      }
    }
  }

  private static boolean isHistory(JsonParser parser) {
    String key = parser.getParsingContext().getParent().getCurrentName();
    boolean top = parser.getParsingContext().getParent().inRoot();
    return top
        || (HISTORY.equals(key) && parser.getParsingContext().getParent().getParent().inRoot());
  }
}
