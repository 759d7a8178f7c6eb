// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.corpus;

import io.foreshock.lab.corpus.draw.Draw;
import io.foreshock.lab.recording.RunFile;
import io.foreshock.lab.score.Labels;
import io.foreshock.predictors.evaluation.RunClass;
import io.foreshock.predictors.evaluation.RunLabel;
import io.foreshock.predictors.telemetry.LineWriter;
import io.foreshock.predictors.telemetry.RunConfig;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/**
 * Copies of recorded healthy runs, with all their signals and with noise: 2 to 12 % on the loss and
 * 10 to 40 % on the gradient norms, which all norms of a step share.
 *
 * <p>Small runs log nearly without noise, so a forecast that is fitted to them takes noise for a
 * sign of trouble.
 */
final class NoisyCopies {
  /** Largest number of copies in all splits together, divided as the splits are. */
  private static final int COPIES = 80;

  private static final int TENTHS = 10;
  private static final int BUFFER_BYTES = 1 << 20;
  private static final long FIRST_SEED = 7_777_000_000L;

  private final CorpusFolder folder;
  private final Split split;
  private final long seed;

  NoisyCopies(CorpusFolder folder, Split split, long seed) {
    this.folder = folder;
    this.split = split;
    this.seed = seed;
  }

  /**
   * Writes the copies.
   *
   * @return their labels; empty when the split has no labels or no run that has ended
   * @throws IOException when a run cannot be read or written
   */
  List<RunLabel> write() throws IOException {
    List<RunLabel> copies = new ArrayList<>();
    if (!Files.exists(folder.labels(split))) {
      return copies;
    }
    List<RunLabel> healthy =
        Labels.read(folder.labels(split)).values().stream()
            .filter(label -> label.runClass() == RunClass.HEALTHY)
            .filter(label -> Files.exists(folder.telemetry(label.run())))
            .toList();
    int share = split == Split.TRAIN ? 5 : split == Split.VALIDATION ? 2 : 3;
    int count = Math.min(healthy.size(), COPIES * share / TENTHS);
    for (int i = 0; i < count; i++) {
      // spread over the list, which is sorted by scenario
      RunLabel label = healthy.get(i * healthy.size() / count);
      String name = String.format(Locale.ROOT, "shape-noisy-%s", label.run());
      copies.add(copy(label, name, new Draw(FIRST_SEED + 31 * seed + name.hashCode())));
    }
    return copies;
  }

  private RunLabel copy(RunLabel label, String name, Draw draw) throws IOException {
    double lossNoise = draw.logUniform(0.02, 0.12);
    double normNoise = draw.logUniform(0.1, 0.4);
    try (OutputStream out =
        new GZIPOutputStream(Files.newOutputStream(folder.telemetry(name)), 1 << 16)) {
      Copy copy = new Copy(name, draw, lossNoise, normNoise, out);
      new RunFile(folder.telemetry(label.run())).read(copy::configure, copy::accept);
      copy.flush();
    } catch (UncheckedIOException e) {
      throw new IOException(e.getMessage(), e);
    }
    Map<String, String> family = new LinkedHashMap<>();
    family.put("shape", "noisy");
    family.put("signals", "recorded");
    family.put("configured", "true");
    family.put("noise", lossNoise < 0.05 ? "2-to-5" : "5-to-12");
    family.put("tails", "gaussian");
    family.putAll(label.family());
    return new RunLabel(name, RunClass.HEALTHY, label.onset(), label.steps(), List.of(), family);
  }

  /** Writes one run line by line. */
  private static final class Copy {
    private final String name;
    private final Draw draw;
    private final double lossNoise;
    private final double normNoise;
    private final OutputStream out;
    private final LineWriter lines = new LineWriter();
    private long step = -1;
    private double normFactor = 1;

    Copy(String name, Draw draw, double lossNoise, double normNoise, OutputStream out) {
      this.name = name;
      this.draw = draw;
      this.lossNoise = lossNoise;
      this.normNoise = normNoise;
      this.out = out;
    }

    void configure(RunConfig config) {
      // the time of the first line is not known here, and no predictor reads that of a
      // configuration
      lines.config(name, config, 1);
    }

    void accept(Sample line) {
      Sample noisy = line.copy();
      if (line.step() != step) {
        step = line.step();
        normFactor = StrictMath.exp(normNoise * draw.gaussian());
      }
      multiply(noisy, Signal.GRAD_NORM, normFactor);
      multiply(noisy, Signal.GRAD_RMS, normFactor);
      if (line.has(Signal.LOSS)) {
        multiply(noisy, Signal.LOSS, StrictMath.exp(lossNoise * draw.gaussian()));
      }
      lines.sample(name, noisy);
      if (lines.length() > BUFFER_BYTES) {
        flush();
      }
    }

    private static void multiply(Sample line, Signal signal, double factor) {
      if (line.has(signal)) {
        // nine digits, as the line has them
        line.set(signal, (float) (line.get(signal) * factor));
      }
    }

    void flush() {
      try {
        out.write(lines.toByteArray());
        lines.clear();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
