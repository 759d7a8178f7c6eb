// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording;

import io.foreshock.lab.recording.format.LogFormat;
import io.foreshock.lab.recording.format.LogReader;
import io.foreshock.lab.recording.format.ReadingOptions;
import io.foreshock.lab.recording.settings.SettingsFile;
import io.foreshock.predictors.telemetry.LineReader;
import io.foreshock.predictors.telemetry.MalformedLineException;
import io.foreshock.predictors.telemetry.Point;
import io.foreshock.predictors.telemetry.RunConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What one training program has written: the log of a run, or of several runs one after the other.
 *
 * @param run name of the run, for records that name none
 * @param isGiven whether a person gave that name; it also replaces the first name in the log
 * @param files in the order of writing; a program that was restarted may have begun another one
 */
public record Log(String run, boolean isGiven, List<Path> files, LogFormat format) {
  /** How many bad lines of a log are quoted; the others are counted. */
  private static final int QUOTED = 10;

  /** Receives the good lines. */
  public interface GoodLines {
    /** Receives one well-formed line; it throws if the line breaks the contract. */
    void line(Point point) throws MalformedLineException;
  }

  /** Whether the log arrives on standard input, and can be read only once. */
  public boolean isStandardInput() {
    return files.get(0).equals(LogFile.STANDARD_INPUT);
  }

  /**
   * Passes every good line to the receiver, in order, as the contract has it.
   *
   * @param problems receives one message for each of the first bad lines and one for the rest; each
   *     begins with the file's name
   * @return how many lines were bad
   * @throws IOException when a file cannot be read to its end; the lines before that point were
   *     passed on
   */
  public long read(ReadingOptions options, GoodLines receiver, Consumer<String> problems)
      throws IOException {
    Quoting quoting = new Quoting(receiver, problems);
    return read(options, quoting, lines(options, record -> true, null, quoting));
  }

  /** The same, and tells which name of the log became which name of the contract. */
  long read(
      ReadingOptions options, GoodLines receiver, Consumer<String> problems, LogLines.Naming naming)
      throws IOException {
    Quoting quoting = new Quoting(receiver, problems);
    return read(options, quoting, lines(options, record -> true, naming, quoting));
  }

  /**
   * What makes lines of the contract out of the log's records.
   *
   * @param gate holds records back
   * @param naming learns the names; null for nobody
   */
  LineReader.Lines lines(
      ReadingOptions options,
      LogLines.Gate gate,
      LogLines.@Nullable Naming naming,
      LineReader.Lines receiver) {
    LineReader.Lines named = isGiven ? new GivenName(run, receiver) : receiver;
    if (format.isContract()) {
      return new Gated(gate, named);
    }
    RunConfig settings =
        isStandardInput()
            ? RunConfig.EMPTY
            : SettingsFile.beside(
                files.get(0), RunNames::saysNothing, problem -> receiver.bad(0, problem));
    return new LogLines(run, settings, options.names(), gate, naming, named);
  }

  private long read(ReadingOptions options, Quoting quoting, LineReader.Lines lines)
      throws IOException {
    try {
      for (Path file : files) {
        quoting.file = file;
        LogReader reader = format.reader(options, new LogFile(file).plainName());
        new Recording(file, reader).read(lines);
      }
    } catch (IOException e) {
      throw new IOException(quoting.file + ": " + e.getMessage(), e);
    } finally {
      if (quoting.bad > QUOTED) {
        quoting.problems.accept(quoting.file + ": " + (quoting.bad - QUOTED) + " more bad lines");
      }
    }
    return quoting.bad;
  }

  /** Quotes the first bad lines and counts the others. */
  private static final class Quoting implements LineReader.Lines {
    private final GoodLines receiver;
    private final Consumer<String> problems;
    private Path file = LogFile.STANDARD_INPUT;
    private long bad;

    Quoting(GoodLines receiver, Consumer<String> problems) {
      this.receiver = receiver;
      this.problems = problems;
    }

    @Override
    public void line(Point point) throws MalformedLineException {
      receiver.line(point);
    }

    @Override
    public void bad(long number, String reason) {
      if (++bad <= QUOTED) {
        problems.accept(file + ":" + number + ": " + reason);
      }
    }
  }

  /** Holds back lines that need no placing. */
  private record Gated(LogLines.Gate gate, LineReader.Lines receiver) implements LineReader.Lines {
    @Override
    public void line(Point point) throws MalformedLineException {
      if (gate.passes(point)) {
        receiver.line(point);
      }
    }

    @Override
    public void bad(long number, String reason) {
      receiver.bad(number, reason);
    }
  }
}
