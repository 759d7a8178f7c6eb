// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording.format;

import io.foreshock.lab.recording.Formats;
import java.nio.charset.StandardCharsets;

class LineProtocolLogTest extends LogFormatContract {
  @Override
  protected LogFormat format() {
    return Formats.named("lp");
  }

  @Override
  protected byte[] log(double... losses) {
    StringBuilder log = new StringBuilder();
    for (int i = 0; i < losses.length; i++) {
      String loss = Double.toString(losses[i]).replace("Infinity", "inf");
      log.append("train_step,run=a step=" + (i + 1) + "i,loss=" + loss + "\n");
    }
    return log.toString().getBytes(StandardCharsets.UTF_8);
  }

  @Override
  protected String fileName() {
    return "telemetry.lp";
  }
}
