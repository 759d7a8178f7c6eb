// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.trainer.model.BlockStyle;
import io.foreshock.trainer.model.Linear;
import io.foreshock.trainer.model.Mlp;
import io.foreshock.trainer.model.MuParam;
import io.foreshock.trainer.model.Norm;
import io.foreshock.trainer.model.NormPosition;
import io.foreshock.trainer.optimizer.GradientClip;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every variant in a real training. */
@Timeout(120)
class VariantTrainingTest {
  @TempDir private Path directory;

  private enum Variant {
    MU_PARAM_SIMPLE("mu_param=\"simple\",mu_base_width=4i", s -> s.muParam = mu("SIMPLE")),
    MU_PARAM_FULL("mu_param=\"full\",mu_base_width=4i", s -> s.muParam = mu("FULL")),
    UPDATE_CLIPPING("update_clipping=true", s -> s.updateClipping = true),
    ZCLIP("gradient_clip_rule=\"zclip\"", s -> s.gradientClipRule = GradientClip.Rule.ZCLIP),
    ABSMEAN("linear=\"absmean\"", s -> s.block = style(Linear.ABSMEAN, false)),
    ABSMEDIAN("linear=\"absmedian\"", s -> s.block = style(Linear.ABSMEDIAN, false)),
    SIGMA_REPARAM("sigma_reparam=true", s -> s.block = style(Linear.FLOAT, true)),
    ATTENTION_KAPPA(
        "attention_kappa=2.0",
        s -> {
          s.qkLayernorm = false;
          s.attentionKappa = 2;
        });

    private final String announced;
    private final Consumer<TinyTraining.Setting> change;

    Variant(String announced, Consumer<TinyTraining.Setting> change) {
      this.announced = announced;
      this.change = change;
    }

    private static MuParam mu(String kind) {
      return new MuParam(MuParam.Kind.valueOf(kind), 4);
    }

    private static BlockStyle style(Linear linear, boolean sigmaReparam) {
      return new BlockStyle(Norm.LAYERNORM, NormPosition.PRE, Mlp.SWIGLU, linear, sigmaReparam);
    }

    TinyTraining.Setting setting(long steps) {
      TinyTraining.Setting setting = new TinyTraining.Setting(steps);
      change.accept(setting);
      return setting;
    }
  }

  @ParameterizedTest
  @EnumSource(Variant.class)
  void learnsAndAnnouncesItself(Variant variant) throws Exception {
    try (TinyTraining tiny = new TinyTraining(variant.setting(60), null);
        TinyTraining usual = new TinyTraining(60, null)) {
      int arrays = tiny.manager.getManagedArrays().size();
      tiny.train();
      usual.train();
      List<Double> losses = tiny.losses();

      assertTrue(losses.get(59) < losses.get(0) - 1.5, losses.toString());
      assertFalse(Arrays.equals(usual.parameters(), tiny.parameters()), "the switch does nothing");
      assertTrue(tiny.lines.get(0).contains("," + variant.announced), tiny.lines.get(0));
      assertEquals(arrays, tiny.manager.getManagedArrays().size());
    }
  }

  @ParameterizedTest
  @EnumSource(Variant.class)
  void resumesBitByBit(Variant variant) throws Exception {
    TinyTraining.Setting setting = variant.setting(40);
    try (TinyTraining whole = new TinyTraining(setting, directory);
        TinyTraining resumed = new TinyTraining(setting, directory)) {
      whole.train();
      Files.delete(directory.resolve("step-0000000035.safetensors"));
      Files.delete(directory.resolve("step-0000000040.safetensors"));
      resumed.run.resume();
      assertEquals(30, resumed.run.state().step()); // past ZClip's warm-up
      resumed.train();

      assertArrayEquals(whole.parameters(), resumed.parameters());
      assertEquals(whole.losses().subList(30, 40), resumed.losses());
    }
  }
}
