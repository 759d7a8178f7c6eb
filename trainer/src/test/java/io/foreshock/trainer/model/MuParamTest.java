// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import io.foreshock.trainer.model.MuParam.Kind;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class MuParamTest {
  private static final int HEADS = 2;

  private static GptConfig config(int width, MuParam muParam) {
    return new GptConfig(
        1, HEADS, width, 8, 512, Positions.LEARNED, true, 0, 0, BlockStyle.GPT, muParam);
  }

  @ParameterizedTest
  @CsvSource({
    "NONE, 64, 1",
    "SIMPLE, 64, 4",
    "FULL, 64, 4",
    "SIMPLE, 256, 1",
    "SIMPLE, 1024, 0.25",
    "FULL, 1024, 0.25"
  })
  void matricesGoAtBaseFanInByFanIn(Kind kind, int width, double rate) {
    ParameterLayout layout = new ParameterLayout(config(width, new MuParam(kind, 256)));
    for (ParameterLayout.Parameter parameter : layout.parameters()) {
      // mlp_out's fan-in is four widths, and so is its base-fan-in
      boolean matrix =
          parameter.shape().dimension() == 2
              && !parameter.name().startsWith("embedding")
              && !parameter.name().endsWith("norm");
      assertEquals(matrix ? rate : 1, parameter.rate(), parameter.name());
    }
    assertEquals(12, layout.parameters().size());
  }

  private static float[] initial(GptConfig config, String name) {
    ParameterLayout layout = new ParameterLayout(config);
    try (NDManager manager = NDManager.newBaseManager()) {
      float[] all = new Parameters(manager, layout, 5).flat().toFloatArray();
      ParameterLayout.Parameter parameter =
          layout.parameters().stream().filter(p -> p.name().equals(name)).findAny().orElseThrow();
      int from = (int) parameter.offset();
      return Arrays.copyOfRange(all, from, from + (int) parameter.size());
    }
  }

  private static double rms(float[] values) {
    double square = 0;
    for (float value : values) {
      square += (double) value * value / values.length;
    }
    return Math.sqrt(square);
  }

  @ParameterizedTest
  @CsvSource({"NONE, 0.125", "SIMPLE, 0.125", "FULL, 0.25"})
  void headBeginsAsItsKindSays(Kind kind, double deviation) {
    // 1/√64, or √256/64
    float[] head = initial(config(64, new MuParam(kind, 256)), "head.matrix");

    assertEquals(deviation, rms(head), 0.02 * deviation);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void onlyTheQueriesBeginAtZeroAndOnlyInFull(Kind kind) {
    int width = 32;
    int headWidth = width / HEADS;
    float[] queryKey = initial(config(width, new MuParam(kind, 256)), "block.0.query_key");
    int zeroQueries = 0;
    for (int i = 0; i < queryKey.length; i++) {
      boolean query = i % (2 * width) / headWidth % 2 == 0;
      assertTrue(query || queryKey[i] != 0, "a key is zero");
      zeroQueries += query && queryKey[i] == 0 ? 1 : 0;
    }
    assertEquals(kind == Kind.FULL ? width * width : 0, zeroQueries);
    for (String other : new String[] {"block.0.value", "block.0.mlp_out", "embedding.token"}) {
      assertEquals(
          rms(initial(config(width, MuParam.NONE), other)),
          rms(initial(config(width, new MuParam(kind, 256)), other)),
          0.1 / Math.sqrt(width));
    }
  }

  @Test
  void refusesWhatHasNoMeaning() {
    assertThrows(IllegalArgumentException.class, () -> new MuParam(Kind.SIMPLE, 0));
    BlockStyle sigma =
        new BlockStyle(Norm.LAYERNORM, NormPosition.PRE, Mlp.GELU, Linear.FLOAT, true);
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new GptConfig(
                1, 1, 8, 8, 8, Positions.ROTARY, false, 0, 0, sigma, new MuParam(Kind.FULL, 8)));
  }
}
