// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.telemetry;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineWriterTest {
  private final LineWriter writer = new LineWriter();

  /** The one file that trainer, monitor and other people's clients can be held against. */
  @Test
  void goldenFileIsReadAndWrittenByteForByte() throws IOException, MalformedLineException {
    byte[] golden;
    try (InputStream in = getClass().getResourceAsStream("/golden.lp")) {
      golden = in.readAllBytes();
    }
    LineParser parser = new LineParser();
    Point point = new Point();
    Sample sample = Sample.ofStep(0, 0);
    int lines = 0;
    for (int at = 0; at < golden.length; lines++) {
      at = parser.parse(golden, at, golden.length, point);
      Measurement measurement = Measurement.of(point.measurement());
      if (measurement == Measurement.RUN_CONFIG) {
        writer.config(Telemetry.run(point), Telemetry.config(point), point.timestamp());
      } else {
        Telemetry.fill(sample, measurement, point);
        writer.sample(Telemetry.run(point), sample);
      }
    }
    assertEquals(new String(golden, StandardCharsets.UTF_8), written());
    assertTrue(lines >= 8);
  }

  @Test
  void randomSamplesSurviveTheRoundTrip() throws MalformedLineException {
    Random random = new Random(12);
    LineParser parser = new LineParser();
    Point point = new Point();
    for (int i = 0; i < 2000; i++) {
      Sample sample = random(random, i);
      String run = "r" + (i % 3 == 0 ? " a,b=c é\\x" : "");
      writer.clear();
      writer.sample(run, sample);
      byte[] bytes = writer.toByteArray();
      assertEquals(bytes.length, parser.parse(bytes, 0, bytes.length, point));
      Sample read = Sample.ofStep(0, 0);
      Telemetry.fill(read, Measurement.of(point.measurement()), point);
      assertEquals(run, Telemetry.run(point));
      assertEquals(sample.toString(), read.toString());
      assertEquals(sample.timeNanos(), read.timeNanos());
      assertEquals(sample.head(), read.head());
      assertEquals(sample.segment(), read.segment());
    }
  }

  @Test
  void configurationsSurviveTheRoundTrip() throws MalformedLineException {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("layers", 4L);
    fields.put("learning_rate", 1e-3);
    fields.put("qk_layernorm", true);
    fields.put("a name", "quote \" backslash \\ both \\\" comma, break\n é");
    writer.config("r", new RunConfig(fields), 5);
    byte[] bytes = writer.toByteArray();
    Point point = new Point();
    new LineParser().parse(bytes, 0, bytes.length, point);
    assertEquals(fields, Telemetry.config(point).fields());
  }

  @Test
  void emptyConfigurationWritesNothing() {
    writer.config("r", RunConfig.EMPTY, 5);
    assertEquals(0, writer.toByteArray().length);
  }

  @Test
  void namesWithLineBreaksAreRefused() {
    Sample sample = Sample.ofStep(1, 1);
    assertThrows(IllegalArgumentException.class, () -> writer.sample("a\nb", sample));
    assertThrows(IllegalArgumentException.class, () -> writer.sample("", sample));
  }

  /** Names that could end a line, or begin another one. */
  @ParameterizedTest
  @ValueSource(
      strings = {"", "a\\", "a\nevil,run=x y=1", "\r", "ä€😀 =,", "\"", "#a", "a\\\\", "\u0085"})
  void ofAnybodysLineEveryNameIsReadBackAsOneName(String name) throws MalformedLineException {
    Point point = new Point();
    point.begin("m");
    point.addTag("run", name);
    point.addFloat(name, 1);
    writer.point(point);
    Point read = new Point();
    byte[] line = writer.toByteArray();
    assertEquals(line.length, new LineParser().parse(line, 0, line.length, read));
    String safe =
        name.isEmpty() ? "_" : name.replaceAll("[\n\r\u0085]", "_").replaceAll("\\\\$", "_");
    assertEquals(safe, read.tag("run"));
    assertEquals(safe, read.fieldKey(0));
  }

  @Test
  void clearForgetsAndTheBufferGrows() {
    for (int i = 0; i < 500; i++) {
      writer.sample("run", Sample.ofStep(i, i).set(Signal.LOSS, 1.0 / (i + 1)));
    }
    assertEquals(500, written().lines().count());
    writer.clear();
    assertArrayEquals(new byte[0], writer.toByteArray());
  }

  @Test
  void nonFiniteIsCountedAndLeftOut() {
    writer.sample("r", Sample.ofStep(1, 2).set(Signal.LOSS, Double.NaN));
    assertEquals("train_step,run=r step=1i,nonfinite=1i 2\n", written());
    assertFalse(written().contains("NaN"));
  }

  private String written() {
    return new String(writer.toByteArray(), StandardCharsets.UTF_8);
  }

  private static Sample random(Random random, int i) {
    Sample sample =
        i % 2 == 0
            ? Sample.ofStep(i, random.nextLong())
            : Sample.ofLayer("layer " + i % 5, i % 7 - 1, i, random.nextLong());
    for (Signal signal : Signal.values()) {
      if (signal.measurement() == sample.measurement() && random.nextBoolean()) {
        double value =
            signal.integer() ? random.nextInt(1 << 30) : Double.longBitsToDouble(random.nextLong());
        sample.set(signal, value);
      }
    }
    return i % 4 == 0 ? sample.inSegment(i) : sample;
  }
}
