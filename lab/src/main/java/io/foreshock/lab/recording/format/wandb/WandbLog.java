// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording.format.wandb;

import io.foreshock.lab.recording.format.Head;
import io.foreshock.lab.recording.format.LogFormat;
import io.foreshock.lab.recording.format.LogReader;
import io.foreshock.lab.recording.format.ReadingOptions;

/**
 * The files {@code run-ID.wandb} that the client of Weights &amp; Biases writes beside the training
 * program, online and offline.
 *
 * <p><b>Definition.</b> A header, then records in LevelDB's log format; each record is one message
 * of the client. A row of the history is a step, the run's configuration a {@code run_config}, and
 * the exit of the program the run's end.
 *
 * <p><b>Edges.</b> While training runs, the client writes only when a block of 32 KiB is full, so
 * the last rows arrive late.
 */
public final class WandbLog implements LogFormat {
  @Override
  public String name() {
    return "wandb";
  }

  @Override
  public boolean recognizes(Head head) {
    return head.beginsWith(WandbReader.MAGIC);
  }

  @Override
  public LogReader reader(ReadingOptions options) {
    return new WandbReader();
  }
}
