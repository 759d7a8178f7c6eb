// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TelemetryTest {
  private final Point point = new Point();
  private final Sample sample = Sample.ofStep(0, 0);

  @Test
  void fillsAStepAndIgnoresWhatIsNoSignal() throws MalformedLineException {
    fill("train_step,run=r,host=h step=7i,loss=2,my_field=3,note=\"x\",tokens=4096i 99");
    assertEquals(7, sample.step());
    assertEquals(99, sample.timeNanos());
    assertEquals(2, sample.get(Signal.LOSS));
    assertEquals(4096, sample.get(Signal.TOKENS));
    assertFalse(sample.has(Signal.GRAD_NORM));
    assertEquals(0, sample.nonfinite());
    assertEquals(Sample.NO_SEGMENT, sample.segment());
  }

  @Test
  void fillsALayerAndAHead() throws MalformedLineException {
    fill("train_layer,run=r,layer=3,head=2,segment=1 step=7i,attention_logit_max=5,update_rms=1 9");
    assertEquals("3", sample.layer());
    assertEquals(2, sample.head());
    assertEquals(1, sample.segment());
    assertEquals(5, sample.get(Signal.ATTENTION_LOGIT_MAX));
    assertEquals(1, sample.get(Signal.LAYER_UPDATE_RMS));
    assertFalse(sample.has(Signal.UPDATE_RMS));
  }

  @Test
  void nonFiniteValuesAreCountedAndAbsent() throws MalformedLineException {
    fill("train_step,run=r step=7i,loss=NaN,grad_norm=-inf,nonfinite=3i 1");
    assertEquals(5, sample.nonfinite());
    assertFalse(sample.has(Signal.LOSS));
  }

  @Test
  void whatARunAnnouncesOfItselfStaysSmall() throws MalformedLineException {
    StringBuilder line = new StringBuilder("run_config,run=r framework=\"" + "x".repeat(5000));
    for (int i = 0; i < 5000; i++) {
      line.append(i == 0 ? "\"," : ",").append("field").append(i).append("=1i");
    }
    byte[] bytes = line.append(",width=64i 1").toString().getBytes(StandardCharsets.UTF_8);
    new LineParser().parse(bytes, 0, bytes.length, point);
    RunConfig config = Telemetry.config(point);
    assertEquals(201, config.fields().size(), "what the contract knows is never crowded out");
    assertEquals(64, config.number(ConfigField.WIDTH).orElseThrow());
    assertEquals(1001, config.text(ConfigField.FRAMEWORK).orElseThrow().length());
    assertEquals(config, config.with(config));
  }

  @ParameterizedTest
  @CsvSource({"NaN,1", "-5,1", "1e30,1", "4,4", "4.0,4"})
  void aBrokenCountStillSaysNotFinite(String count, long expected) throws MalformedLineException {
    fill("train_step,run=r step=7i,nonfinite=" + count + " 1");
    assertEquals(expected, sample.nonfinite());
  }

  @Test
  void aTextThatIsNoNumberIsNoMeasurement() throws MalformedLineException {
    fill("train_step,run=r step=7i,loss=\"low\" 1");
    assertFalse(sample.has(Signal.LOSS));
    assertEquals(0, sample.nonfinite());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "train_layer,run=r step=1i|tag 'layer' is missing on train_layer",
        "train_step,run=r loss=1|field 'step' is missing on train_step",
        "train_step,run=r step=1.5|field 'step' = 1.5: expected an integer from 0",
        "train_step,run=r step=-1i|field 'step' = -1.0: expected an integer from 0",
        "train_step,run=r step=NaN|field 'step' = NaN: expected an integer from 0",
        "train_step,run=r step=\"1\"|field 'step' = NaN: expected an integer from 0",
        "train_layer,run=r,layer=0,head=x step=1i|tag 'head' = 'x': expected an integer from 0",
        "train_step,run=r,segment=-1 step=1i|tag 'segment' = '-1': expected an integer from 0",
      })
  void namesWhatIsMissing(String line, String message) {
    MalformedLineException e = assertThrows(MalformedLineException.class, () -> fill(line));
    assertEquals(message, e.getMessage());
  }

  @Test
  void everyLineNamesItsRun() {
    assertThrows(
        MalformedLineException.class,
        () -> {
          parse("train_step step=1i");
          Telemetry.run(point);
        });
  }

  private void fill(String line) throws MalformedLineException {
    parse(line);
    Telemetry.fill(sample, Measurement.of(point.measurement()), point);
  }

  private void parse(String line) throws MalformedLineException {
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    new LineParser().parse(bytes, 0, bytes.length, point);
  }
}
