// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording.format;

import io.foreshock.predictors.telemetry.LineReader;
import java.util.regex.Pattern;

/**
 * InfluxDB's line protocol, which a trainer of ours or a client of InfluxDB writes. Its lines are
 * those of the contract already: they name their run, and they are passed on as they are.
 */
public final class LineProtocolLog implements LogFormat {
  private static final Pattern LINE =
      Pattern.compile("[^\\s,=]+(,[^\\s,=]+=[^\\s,=]+)*,run=\\S+ [^\\s=]+=.*");

  @Override
  public String name() {
    return "lp";
  }

  @Override
  public boolean recognizes(Head head) {
    return head.fileName().endsWith(".lp")
        || head.lines().stream()
            .filter(line -> !line.startsWith("#"))
            .findFirst()
            .filter(line -> LINE.matcher(line).matches())
            .isPresent();
  }

  @Override
  public boolean isContract() {
    return true;
  }

  @Override
  public LogReader reader(ReadingOptions options) {
    LineReader lines = new LineReader(options.names());
    return new LogReader() {
      @Override
      public int read(byte[] bytes, int from, int to, boolean ended, LineReader.Lines records) {
        return lines.read(bytes, from, to, ended, records);
      }

      @Override
      public long number() {
        return lines.lineNumber();
      }
    };
  }
}
