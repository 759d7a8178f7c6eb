// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GptTest {
  private static final int BATCH = 3;
  private static final int CONTEXT = 6;
  private static final int VOCABULARY = 17;

  private final NDManager manager = NDManager.newBaseManager();
  private final Random random = new Random(5);

  @AfterEach
  void close() {
    manager.close();
  }

  /** Keeps what the model shows. */
  private static final class Recorder implements LogitTap {
    float[] logits;
    float maxScore = Float.NEGATIVE_INFINITY;
    float maxMaskedWeight;
    double loss;

    @Override
    public void attention(int block, NDArray scores, NDArray weights) {
      maxScore = Math.max(maxScore, scores.stopGradient().max().getFloat());
      float[] shares = weights.stopGradient().toFloatArray();
      for (int i = 0; i < shares.length; i++) {
        int query = i / CONTEXT % CONTEXT;
        int key = i % CONTEXT;
        if (key > query) {
          maxMaskedWeight = Math.max(maxMaskedWeight, shares[i]);
        }
      }
    }

    @Override
    public void output(int layer, NDArray output) {}

    @Override
    public void head(NDArray outputs, NDArray logZ, NDArray crossEntropy) {
      logits = outputs.stopGradient().toFloatArray();
      loss = crossEntropy.stopGradient().getFloat();
    }
  }

  static Stream<GptConfig> variants() {
    return Stream.of(
        config(Positions.ROTARY, false, 0),
        config(Positions.LEARNED, false, 0),
        config(Positions.ROTARY, true, 0),
        config(Positions.LEARNED, true, 0.1),
        config(Positions.ROTARY, false, 0.1),
        config(new BlockStyle(Norm.RMSNORM, NormPosition.PRE, Mlp.SWIGLU)),
        config(new BlockStyle(Norm.LAYERNORM, NormPosition.POST, Mlp.GELU)),
        config(
            Positions.LEARNED,
            true,
            0.1,
            new BlockStyle(Norm.RMSNORM, NormPosition.POST, Mlp.SWIGLU)),
        config(0.5, BlockStyle.GPT, MuParam.NONE),
        config(0, BlockStyle.GPT, new MuParam(MuParam.Kind.FULL, 32)));
  }

  /** Also those whose loss is no smooth function of the parameters alone. */
  static Stream<GptConfig> allVariants() {
    return Stream.concat(
        variants(),
        Stream.of(
            config(style(Linear.ABSMEAN, false)),
            config(style(Linear.ABSMEDIAN, false)),
            config(style(Linear.FLOAT, true))));
  }

  private static BlockStyle style(Linear linear, boolean sigmaReparam) {
    return new BlockStyle(Norm.LAYERNORM, NormPosition.PRE, Mlp.SWIGLU, linear, sigmaReparam);
  }

  private static GptConfig config(double kappa, BlockStyle block, MuParam muParam) {
    return new GptConfig(
        2, 2, 8, CONTEXT, VOCABULARY, Positions.ROTARY, false, kappa, 0, block, muParam);
  }

  private static GptConfig config(Positions positions, boolean qkLayernorm, double zLoss) {
    return config(positions, qkLayernorm, zLoss, BlockStyle.GPT);
  }

  private static GptConfig config(BlockStyle block) {
    return config(Positions.ROTARY, false, 0, block);
  }

  private static GptConfig config(
      Positions positions, boolean qkLayernorm, double zLoss, BlockStyle block) {
    return new GptConfig(
        2, 2, 8, CONTEXT, VOCABULARY, positions, qkLayernorm, 0, zLoss, block, MuParam.NONE);
  }

  private long[] tokens() {
    return random.longs((long) BATCH * CONTEXT, 0, VOCABULARY).toArray();
  }

  private static double objective(
      Gpt model, NDArray parameters, long[] inputs, long[] targets, LogitTap tap) {
    try (NDManager step = parameters.getManager().newSubManager()) {
      NDArray leaf = parameters.stopGradient();
      leaf.attach(step);
      return model.objective(leaf, step.create(inputs), step.create(targets), tap).getFloat();
    }
  }

  @ParameterizedTest
  @MethodSource("variants")
  void gradientAgreesWithFiniteDifferencesInEachParameter(GptConfig config) {
    ParameterLayout layout = new ParameterLayout(config);
    Parameters parameters = new Parameters(manager, layout, 3);
    Gpt model = new Gpt(manager, config, BATCH);
    long[] inputs = tokens();
    long[] targets = tokens();
    float[] gradient = gradient(model, parameters, inputs, targets);
    float[] start = parameters.flat().toFloatArray();
    double h = 1e-2;
    for (ParameterLayout.Parameter parameter : layout.parameters()) {
      // along the gradient itself, restricted to this parameter and of length 1
      int from = (int) parameter.offset();
      int to = from + (int) parameter.size();
      double norm = 0;
      for (int i = from; i < to; i++) {
        norm += (double) gradient[i] * gradient[i];
      }
      norm = Math.sqrt(norm);
      double[] sides = new double[2];
      for (int side = 0; side < 2; side++) {
        float[] moved = start.clone();
        for (int i = from; i < to; i++) {
          moved[i] += (float) ((side == 0 ? h : -h) * gradient[i] / norm);
        }
        Parameters.assign(parameters.flat(), moved);
        sides[side] = objective(model, parameters.flat(), inputs, targets, new Recorder());
      }
      double slope = (sides[0] - sides[1]) / (2 * h);
      // float32 leaves about 1e-4 of a slope, the curvature about h²
      assertEquals(norm, slope, 5e-4 + 5e-3 * norm, parameter.name());
    }
  }

  private static float[] gradient(Gpt model, Parameters parameters, long[] inputs, long[] targets) {
    try (NDManager step = parameters.flat().getManager().newSubManager()) {
      NDArray leaf = parameters.leaf(step);
      try (GradientCollector tape = Engine.getInstance().newGradientCollector()) {
        tape.backward(
            model.objective(leaf, step.create(inputs), step.create(targets), new Recorder()));
      }
      return leaf.getGradient().toFloatArray();
    }
  }

  /** DJL frees the memory of a Java number's array although the graph still refers to it. */
  @ParameterizedTest
  @MethodSource("allVariants")
  void garbageCollectionBeforeTheBackwardPassChangesNothing(GptConfig config) throws Exception {
    Parameters parameters = new Parameters(manager, new ParameterLayout(config), 3);
    Gpt model = new Gpt(manager, config, BATCH);
    long[] inputs = tokens();
    float[] undisturbed = gradient(new Gpt(manager, config, BATCH), parameters, inputs, inputs);
    try (NDManager step = manager.newSubManager()) {
      NDArray leaf = parameters.leaf(step);
      List<ByteBuffer> junk = new ArrayList<>();
      try (GradientCollector tape = Engine.getInstance().newGradientCollector()) {
        NDArray objective =
            model.objective(leaf, step.create(inputs), step.create(inputs), new Recorder());
        System.gc();
        Thread.sleep(100); // the collected buffers are freed by another thread
        for (int i = 0; i < 2_000; i++) {
          junk.add(ByteBuffer.allocateDirect(4).putInt(-1)); // NaN, where they were
        }
        tape.backward(objective);
      }
      assertEquals(2_000, junk.size());
      assertArrayEquals(undisturbed, leaf.getGradient().toFloatArray());
    }
  }

  @ParameterizedTest
  @MethodSource("allVariants")
  void laterTokensDoNotChangeEarlierLogits(GptConfig config) {
    Parameters parameters = new Parameters(manager, new ParameterLayout(config), 3);
    long[] inputs = tokens();
    Recorder before = new Recorder();
    objective(new Gpt(manager, config, BATCH), parameters.flat(), inputs, inputs, before);
    int cut = BATCH * (CONTEXT - 1); // the last position, in the time-major order
    long[] changed = inputs.clone();
    for (int i = cut; i < changed.length; i++) {
      changed[i] = (changed[i] + 1) % VOCABULARY;
    }
    Recorder after = new Recorder();
    objective(new Gpt(manager, config, BATCH), parameters.flat(), changed, inputs, after);

    int logits = cut * VOCABULARY;
    assertArrayEquals(
        Arrays.copyOf(before.logits, logits), Arrays.copyOf(after.logits, logits), 1e-5f);
    assertFalse(Arrays.equals(before.logits, after.logits));
    assertEquals(0, before.maxMaskedWeight);
  }

  @Test
  void positionsMatter() {
    for (Positions positions : Positions.values()) {
      GptConfig config = config(positions, false, 0);
      Parameters parameters = new Parameters(manager, new ParameterLayout(config), 3);
      Gpt model = new Gpt(manager, config, BATCH);
      long[] inputs = tokens();
      long[] swapped = inputs.clone();
      System.arraycopy(inputs, 0, swapped, BATCH, BATCH); // exchange times 0 and 1
      System.arraycopy(inputs, BATCH, swapped, 0, BATCH);
      Recorder one = new Recorder();
      Recorder other = new Recorder();
      objective(model, parameters.flat(), inputs, inputs, one);
      objective(model, parameters.flat(), swapped, inputs, other);
      int last = BATCH * (CONTEXT - 1) * VOCABULARY;
      assertFalse(
          Arrays.equals(
              Arrays.copyOfRange(one.logits, last, one.logits.length),
              Arrays.copyOfRange(other.logits, last, other.logits.length)),
          positions.toString());
    }
  }

  @Test
  void qkLayernormBoundsTheAttentionLogits() {
    int headWidth = 4;
    GptConfig bounded = config(Positions.ROTARY, true, 0);
    GptConfig free = config(Positions.ROTARY, false, 0);

    // two normalized vectors of E elements have a product of at most E; by √E: √E
    assertTrue(maxScoreWithLargeWeights(bounded) <= Math.sqrt(headWidth) + 1e-4);
    assertTrue(maxScoreWithLargeWeights(free) > 1000);
  }

  @Test
  void kappaSetsTheAttentionLogitsWhateverTheWeights() {
    double bound = 100 * Math.sqrt(4); // kappa sqrt(E), where the cosine is 1
    double score = maxScoreWithLargeWeights(config(100, BlockStyle.GPT, MuParam.NONE));

    assertTrue(score <= bound * 1.0001 && score > bound / 2, score + " of " + bound);
  }

  private float maxScoreWithLargeWeights(GptConfig config) {
    ParameterLayout layout = new ParameterLayout(config);
    Parameters parameters = new Parameters(manager, layout, 3);
    float[] values = parameters.flat().toFloatArray();
    for (ParameterLayout.Parameter parameter : layout.parameters()) {
      if (parameter.name().endsWith("query_key")) {
        for (long i = parameter.offset(); i < parameter.offset() + parameter.size(); i++) {
          values[(int) i] *= 100;
        }
      }
    }
    Parameters.assign(parameters.flat(), values);
    Recorder recorder = new Recorder();
    long[] inputs = tokens();
    objective(new Gpt(manager, config, BATCH), parameters.flat(), inputs, inputs, recorder);
    return recorder.maxScore;
  }

  @Test
  void lossAtTheStartIsNearThatOfAUniformGuess() {
    GptConfig config = config(Positions.ROTARY, false, 0);
    Parameters parameters = new Parameters(manager, new ParameterLayout(config), 3);
    Recorder recorder = new Recorder();
    objective(new Gpt(manager, config, BATCH), parameters.flat(), tokens(), tokens(), recorder);

    assertEquals(Math.log(VOCABULARY), recorder.loss, 1.5);
  }
}
