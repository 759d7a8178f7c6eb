// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.monitor.pipeline.RunState;
import io.foreshock.monitor.pipeline.RunView;
import io.foreshock.monitor.pipeline.RunViews;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunFilterTest {
  private static final List<RunView> RUNS =
      List.of(
          RunViews.of(
              "A: GPT large",
              "run_config learning_rate=3e-4,optimizer=\"AdamW fused\",layers=12i,qk_layernorm=t,"
                  + "tags=\"prod, hero\",bad=\"5\" 1",
              "train_step step=10i,loss=2.5,grad_norm=0.5,my_kl=7 2"),
          RunViews.of(
              "B: GPT small",
              "run_config learning_rate=1e-3,optimizer=\"Lion\",layers=4i,total_steps=20i 1",
              "train_step step=20i,loss=3.5,grad_norm=9 2"),
          RunViews.of("C: a=b \"x\" <b>%", "event kind=\"end\",status=\"killed\" 1"));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ``                      | ABC
          `   `                   | ABC
          gpt                     | AB
          GPT large               | A
          "gpt large"             | A
          "large gpt"             | ``
          -large                  | BC
          !large gpt              | B
          <b>%                    | refused
          "<b>%"                  | C
          "a=b"                   | C
          a"=b"                   | C
          tag:prod                | A
          tag:PROD tag:hero       | A
          tag=prod                | A
          tag!=prod               | BC
          tag:pro                 | ``
          -tag:prod               | BC
          state:running           | A
          state:Finished          | B
          -state:killed           | AB
          archived:any            | ABC
          archived:no             | ABC
          archived:yes            | ``
          learning_rate=3e-4      | A
          lr=0.0003               | A
          lr<=1e-3                | AB
          lr<1e-3                 | A
          lr>3e-4                 | B
          lr>=.0003               | AB
          lr!=3e-4                | B
          -lr=3e-4                | BC
          layers=12.0             | A
          optimizer:adam          | A
          optimizer=lion          | B
          optimizer="adamw fused" | A
          optimizer:"W f"         | A
          optimizer!=lion         | A
          qk_layernorm=TRUE       | A
          bad<6                   | ``
          bad=5                   | A
          loss<3                  | A
          loss>-1                 | AB
          step>=20                | B
          step:20                 | B
          probability<=1          | ``
          last.grad_norm>5        | B
          last.my_kl=7            | A
          last.none=7             | ``
          nothing=7               | ``
          nothing!=7              | ``
          gpt lr<1e-2 -layers=4   | A
          """)
  void selectsTheRunsOfWhichAllTermsHold(String filter, String expected) {
    if (expected.equals("refused")) {
      assertThrows(IllegalArgumentException.class, () -> selected(null, filter));
    } else {
      assertEquals(expected, selected(null, filter));
    }
  }

  @Test
  void aStateOfItsOwnIsOneMoreTerm() {
    assertEquals("B", selected(RunState.FINISHED, "gpt"));
    assertEquals("", selected(RunState.FINISHED, "large"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          gpt lr<abc        | lr<abc                | expected a number after <
          lr=               | lr=                   | NAME=VALUE without blanks
          lr < 3            | <                     | NAME<VALUE without blanks
          =3                | =3                    | NAME=VALUE without blanks
          -                 | -                     | a part of a name
          ""                | ""                    | a part of a name
          gpt "large        | "large                | a quote at its end
          state:happy       | state:happy           | expected one of stopped, finished
          archived:maybe    | archived:maybe        | archived:yes
          tag>prod          | tag>prod              | a colon instead of >
          lr<NaN            | lr<NaN                | expected a number after <
          """)
  void anUnreadableTermIsNamedWithWhatIsExpected(String filter, String term, String expected) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> selected(null, filter)).getMessage();
    assertTrue(message.startsWith("q, term '" + term + "': "), message);
    assertTrue(message.contains(expected), message);
  }

  private static String selected(RunState state, String text) {
    RunFilter filter = RunFilter.parse(state, text);
    StringBuilder names = new StringBuilder();
    RUNS.stream().filter(filter::matches).forEach(run -> names.append(run.run().charAt(0)));
    return names.toString();
  }
}
