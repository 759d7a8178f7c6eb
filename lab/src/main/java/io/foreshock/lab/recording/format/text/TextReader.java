// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording.format.text;

import io.foreshock.lab.recording.format.LogReader;
import io.foreshock.lab.recording.format.ReadingOptions;
import io.foreshock.lab.recording.format.text.Name.Kind;
import io.foreshock.lab.recording.format.text.TextRecord.Entry;
import io.foreshock.predictors.telemetry.Evaluations;
import io.foreshock.predictors.telemetry.LineReader;
import io.foreshock.predictors.telemetry.MalformedLineException;
import io.foreshock.predictors.telemetry.Measurement;
import io.foreshock.predictors.telemetry.Point;
import io.foreshock.predictors.telemetry.Telemetry;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the records of one text log: line → numbers with names → what the program means. */
final class TextReader implements LogReader {
  private static final String EPOCH = "epoch";
  private static final String EVALUATION_PREFIX = "eval_";

  private final TextLines lines = new TextLines();
  private final LineScanner scanner;
  private final @Nullable LinePattern pattern;
  private final TextRecord record;
  private final LogSoFar log = new LogSoFar();
  private final Block block = new Block();
  private final Point point = new Point();
  private final Set<String> fields = new HashSet<>();

  TextReader(ReadingOptions options) {
    NameReader names = new NameReader(options.names());
    this.scanner = new LineScanner(names);
    this.record = new TextRecord(names);
    this.pattern = options.pattern() == null ? null : new LinePattern(options.pattern());
  }

  @Override
  public int read(byte[] bytes, int from, int to, boolean ended, LineReader.Lines records) {
    int read = lines.read(bytes, from, to, ended, line -> line(line, records));
    if (ended) {
      endBlock(records);
    }
    return read;
  }

  @Override
  public long number() {
    return lines.number();
  }

  private void line(String line, LineReader.Lines records) {
    if (pattern != null) {
      wholeLine(line, records);
    } else if (!block.takes(line)) {
      endBlock(records);
      wholeLine(line, records);
      if (!record.isRecord() && record.step() != null && !record.tells()) {
        block.begin(line);
      }
    }
  }

  private void endBlock(LineReader.Lines records) {
    String line = block.end();
    if (line != null) {
      wholeLine(line, records);
    }
  }

  private void wholeLine(String line, LineReader.Lines records) {
    record.begin(line);
    if (pattern != null) {
      pattern.scan(record);
    } else {
      understand();
    }
    if (record.isRecord()) {
      long step = log.place(record);
      configuration(records);
      numbers(step, records);
    }
    if (log.takeEnd()) {
      end(records);
    }
  }

  private void understand() {
    scanner.scan(record);
    Program program = Programs.of(record);
    if (program != null) {
      program.mend().accept(record, log);
    }
    record.useLead(log.isLaunched(record));
    log.complete(record);
  }

  private void configuration(LineReader.Lines records) {
    Map<String, Object> unsent = log.unsent();
    if (unsent.isEmpty()) {
      return;
    }
    point.begin(Measurement.RUN_CONFIG.wireName());
    unsent.forEach(
        (field, value) -> {
          if (value instanceof Long integer) {
            point.addInteger(field, integer);
          } else if (value instanceof Double number) {
            point.addFloat(field, number);
          } else {
            point.addText(field, value.toString());
          }
        });
    unsent.clear();
    pass(records);
  }

  private void numbers(long step, LineReader.Lines records) {
    boolean evaluation = record.isEvaluation();
    point.begin(Measurement.TRAIN_STEP.wireName());
    fields.clear();
    if (step >= 0) {
      fields.add(Telemetry.STEP);
      point.addInteger(Telemetry.STEP, step);
    }
    double epoch = record.epoch();
    if (!Double.isNaN(epoch)) {
      fields.add(EPOCH);
      point.addFloat(EPOCH, epoch);
    }
    for (Entry entry : record.entries()) {
      add(entry, evaluation);
    }
    if (!evaluation) {
      log.note(record);
    }
    pass(records);
  }

  private void add(Entry entry, boolean evaluation) {
    Name name = entry.name();
    boolean place = name.is(Kind.EPOCH) || name.is(Kind.STEP);
    if (name.text().isEmpty() || place || evaluation && name.is(Kind.RANK)) {
      return;
    }
    boolean told = !evaluation || Evaluations.isName(name.text());
    String field = told ? name.text() : EVALUATION_PREFIX + name.text();
    if (fields.add(field)) {
      point.addFloat(field, entry.value());
    }
  }

  private void end(LineReader.Lines records) {
    point.begin(Telemetry.EVENT);
    point.addText("kind", "end");
    point.addText("status", "finished");
    pass(records);
  }

  private void pass(LineReader.Lines records) {
    if (record.hasTime()) {
      point.setTimestamp(record.nanos());
    }
    try {
      records.line(point);
    } catch (MalformedLineException e) {
      records.bad(lines.number(), e.reason());
    }
  }
}
