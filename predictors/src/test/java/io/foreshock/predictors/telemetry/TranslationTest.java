// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What lines of other tools become when they are read. */
class TranslationTest {
  private NameTable names = NameTable.shipped();

  @ParameterizedTest
  @CsvSource({
    "loss,loss",
    "train/loss,loss",
    "train_loss,loss",
    "Loss/train,loss",
    "lm\\ loss,loss",
    "total_loss,loss",
    "LOSS,loss",
    "lr,learning_rate",
    "train/learning_rate,learning_rate",
    "learning-rate,learning_rate",
    "train/lr,learning_rate",
    "train/grad_norm,grad_norm",
    "gradient_norm,grad_norm",
    "global_grad_norm,grad_norm",
    "grad\\ norm,grad_norm",
    "loss\\ scale,loss_scale",
    "params-norm,param_norm",
    "tokens_per_sec,tokens_per_second",
    "my_field,my_field",
    "train/my_field,train/my_field",
  })
  void aNameOfAnotherToolBecomesTheContracts(String sent, String read) {
    assertEquals("train_step step=5 " + read + "=2.0", read("train_step,run=r step=5i,%s=2", sent));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"global_step", "train/global_step", "iteration", "iter", "_step", "Step", "epoch"})
  void theStepMayHaveAnotherName(String sent) {
    String expected = sent.equals("epoch") ? "bad" : "train_step step=5 loss=2.0";
    assertEquals(expected, read("train_step,run=r %s=5i,loss=2", sent));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "eval/loss",
        "eval_loss",
        "val_loss",
        "validation\\ loss",
        "valid/lm\\ loss",
        "test_loss",
        "aux_loss",
        "z_loss",
        "value_loss",
        "load_balancing_loss",
        "train/aux_loss",
        "train/train_loss",
        "train/batch",
        "learning_rate_scale"
      })
  void evaluationsAndPartsOfTheLossKeepTheirNames(String sent) {
    assertEquals(
        "train_step step=5 " + sent.replace("\\", "") + "=2.0",
        read("train_step,run=r step=5i,%s=2", sent));
  }

  @Test
  void theContractsNameWinsAndTheOtherStaysAsItIs() {
    assertEquals(
        "train_step train/loss=9.0 step=5 loss=2.0",
        read("train_step,run=r train/loss=9,step=5i,loss=2"));
  }

  @Test
  void ofTwoOtherNamesTheOneThatStandsFirstInTheTableIsUsed() {
    assertEquals(
        "train_step _step=77 step=5 loss=2.0",
        read("train_step,run=r _step=77i,train/global_step=5i,loss=2"));
    assertEquals(
        "train_step step=5 learning/grad_norm=1.0 grad_norm=3.0",
        read("train_step,run=r step=5i,learning/grad_norm=1,learning/raw_grad_norm=3"));
  }

  @Test
  void theMeanLossOfAWholeRunIsNotTheLossOfItsLastStep() {
    assertEquals(
        "train_step step=5 train_loss=3.0 train_runtime=99.0",
        read("train_step,run=r step=5i,train_loss=3,train_runtime=99"));
  }

  @Test
  void aLayersNamesStayButItsStepMayHaveAnother() {
    assertEquals(
        "train_layer step=5 lr=2.0 grad_rms=1.0",
        read("train_layer,run=r,layer=0 global_step=5i,lr=2,grad_rms=1"));
  }

  @ParameterizedTest
  @CsvSource({
    "4.94,4.94",
    "' 4.94 ',4.94",
    "1e-5,1.0E-5",
    "-3,-3.0",
    "NaN,NaN",
    "nan,NaN",
    "inf,Infinity",
    "+Infinity,Infinity",
    "-Infinity,-Infinity",
  })
  void aQuotedNumberIsThatNumber(String text, String number) {
    assertEquals(
        "train_step step=5 loss=" + number, read("train_step,run=r step=\"5\",loss=\"%s\"", text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "high", "4,94", "1.2.3", "0x10", "5 nats"})
  void anyOtherTextStaysAText(String text) {
    assertEquals(
        "train_step step=5 loss='" + text + "'",
        read("train_step,run=r step=5i,loss=\"%s\"", text));
  }

  @Test
  void aQuotedNumberOfAnUnknownFieldStaysAText() {
    assertEquals("train_step step=5 seed='7'", read("train_step,run=r step=5i,seed=\"7\""));
  }

  @Test
  void aConfigurationKeepsItsFieldsAndGetsWhatTheyMean() {
    assertEquals(
        "run_config layers='7' lr=1.0 learning_rate=1.0",
        read("run_config,run=r layers=\"7\",lr=1"));
    assertEquals(
        "run_config model/n_layer=12 max_steps=900 layers=12 total_steps=900",
        read("run_config,run=r model/n_layer=12i,max_steps=900i"));
    assertEquals(
        "run_config learning_rate=0.5 lr=1.0", read("run_config,run=r learning_rate=0.5,lr=1"));
  }

  @Test
  void aQuotedNumberOfALayerIsThatNumber() {
    assertEquals(
        "train_layer step=5 grad_rms=0.5 nonfinite=2",
        read("train_layer,run=r,layer=0 step=5i,grad_rms=\"0.5\",nonfinite=\"2\""));
  }

  @Test
  void anotherMeasurementWithAStepAndALossIsAStep() {
    assertEquals(
        "train_step loss=2.3 step=5 gpu=1.0", read("metrics,run=a train/loss=2.3,step=5i,gpu=1"));
    assertEquals(
        "train_step grad_norm=1.0 step=5", read("wandb,run=a,host=h grad_norm=1,_step=\"5\""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "eval,run=a loss=2.0,step=5",
        "validation,run=a loss=2.0,step=5",
        "metrics_val,run=a loss=2.0,step=5",
        "metrics,run=a,split=val loss=2.0,step=5",
        "evaluation,run=a loss=2.0,step=5",
        "event,run=a loss=2.0,step=5",
        "layers,run=a,layer=3 grad_norm=2.0,step=5",
        "metrics,run=a,segment=x loss=2.0,step=5",
        "metrics,run=a loss=2.0",
        "metrics,run=a loss=2.0,step=1.5",
        "metrics,run=a eval/loss=2.0,step=5",
        "optimizer,run=a lr=2.0,step=5",
        "gpu,run=a temperature=2.0,step=5",
      })
  void aLineThatIsNotOfATrainingStepStaysAsItIs(String line) {
    String measurement = line.substring(0, line.indexOf(','));
    String fields = line.substring(line.indexOf(' ') + 1).replace(',', ' ');
    assertEquals(measurement + " " + fields.replace("step=5", "step=5.0"), read(line));
  }

  @Test
  void aUserCanAddNamesAndKeepOthersAsTheyAre() {
    names = names.with(Map.of("my/loss", "loss", "lr", "lr", "total_loss", "total_loss"));
    assertEquals(
        "train_step step=5 loss=2.0 lr=1.0 total_loss=3.0",
        read("train_step,run=r step=5i,my/loss=2,lr=1,total_loss=3"));
    assertEquals("train_step step=5 loss=2.0", read("train_step,run=r step=5i,My.Loss=2"));
  }

  @Test
  void aUsersNameComesBeforeTheShippedOnes() {
    names = names.with(Map.of("my/loss", "loss"));
    assertEquals(
        "train_step step=5 train_loss=3.0 loss=2.0",
        read("train_step,run=r step=5i,train_loss=3,my/loss=2"));
  }

  @Test
  void aMapThatCannotBeMeantIsRefusedWithAllProblems() {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> names.with(new java.util.TreeMap<>(Map.of("grad_norm", "loss", "x", "los"))));
    assertTrue(
        e.getMessage().startsWith("'grad_norm' is a name of the contract and keeps its meaning;"),
        e.getMessage());
    assertTrue(e.getMessage().contains("'los' for 'x': expected one of step, nonfinite, loss,"));
  }

  @Test
  void theShippedTableHasNoNameOfAnEvaluationOrOfTheContract() {
    assertThrows(IllegalArgumentException.class, () -> NameTable.parse("name,contract\nx,y\n"));
    assertThrows(
        IllegalArgumentException.class, () -> NameTable.parse("n,c\nA b,loss\na_b,step\n"));
    List<String> wrong =
        NameTable.shippedNames().stream()
            .filter(name -> Evaluations.isName(name) || NameTable.isContract(name))
            .toList();
    assertEquals(List.of(), wrong);
  }

  @ParameterizedTest
  @CsvSource({
    "eval/loss,true",
    "val_loss,true",
    "Validation Loss,true",
    "test,true",
    "value,false",
    "latest_loss,false",
    "interval,false",
    "dev2/loss,true",
  })
  void aNameIsOfAnEvaluationByItsWords(String name, boolean evaluation) {
    assertEquals(evaluation, Evaluations.isName(name));
  }

  private String read(String form, Object... values) {
    List<String> read = new ArrayList<>();
    byte[] bytes = (String.format(form, values) + " 1").getBytes(StandardCharsets.UTF_8);
    new LineReader(names)
        .read(
            bytes,
            new LineReader.Lines() {
              @Override
              public void line(Point point) throws MalformedLineException {
                Measurement measurement = Measurement.ofSamples(point.measurement());
                if (measurement != null) {
                  Telemetry.fill(Sample.ofStep(0, 0), measurement, point);
                }
                read.add(text(point));
              }

              @Override
              public void bad(long number, String reason) {
                read.add("bad");
              }
            });
    return String.join(" | ", read);
  }

  private static String text(Point point) {
    StringBuilder text = new StringBuilder(point.measurement());
    for (int i = 0; i < point.fieldCount(); i++) {
      text.append(' ').append(point.fieldKey(i)).append('=');
      switch (point.fieldType(i)) {
        case TEXT -> text.append("'").append(point.text(i)).append("'");
        case INTEGER -> text.append(point.integer(i));
        default -> text.append(point.number(i));
      }
    }
    return text.toString();
  }
}
