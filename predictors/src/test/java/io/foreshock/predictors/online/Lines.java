// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.stats.State;
import io.foreshock.predictors.telemetry.LineParser;
import io.foreshock.predictors.telemetry.MalformedLineException;
import io.foreshock.predictors.telemetry.Point;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** Feeds line protocol to a watch, as text or from a recorded run. */
final class Lines {
  private final LineParser parser = new LineParser();
  private final Point point = new Point();
  final RunWatch watch;
  final List<Alarm> alarms = new ArrayList<>();

  Lines(RunWatch watch) {
    this.watch = watch;
  }

  static Lines of(String run) {
    return new Lines(new RunWatch(run, 200));
  }

  /** Feeds one line. */
  RunWatch.Use feed(String line) {
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    try {
      parser.parse(bytes, 0, bytes.length, point);
      return watch.accept(point, alarms::add);
    } catch (MalformedLineException e) {
      throw new AssertionError(line, e);
    }
  }

  /** Feeds a whole step with a loss, and one layer. */
  RunWatch.Use step(long step, long time, double loss) {
    feed(
        "train_layer,run=r,layer=0 step="
            + step
            + "i,attention_logit_max="
            + (10 + loss)
            + " "
            + time);
    return feed("train_step,run=r step=" + step + "i,loss=" + loss + " " + time);
  }

  byte[] save() {
    State.InMemory saved = State.saving(1024);
    watch.exchange(saved);
    return saved.toByteArray();
  }

  void restore(byte[] bytes) {
    watch.exchange(State.restoring(bytes));
  }

  /** Lines of a recorded run in the test resources. */
  static List<String> recorded(String name) {
    try (InputStream in = Lines.class.getResourceAsStream("/recorded/" + name + ".lp.gz")) {
      String text = new String(new GZIPInputStream(in).readAllBytes(), StandardCharsets.UTF_8);
      return text.lines().toList();
    } catch (IOException e) {
      throw new AssertionError(name, e);
    }
  }
}
