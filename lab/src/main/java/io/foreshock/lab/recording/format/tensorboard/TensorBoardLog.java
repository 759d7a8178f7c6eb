// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording.format.tensorboard;

import io.foreshock.lab.recording.format.Head;
import io.foreshock.lab.recording.format.LogFormat;
import io.foreshock.lab.recording.format.LogReader;
import io.foreshock.lab.recording.format.ReadingOptions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.regex.Pattern;

/**
 * TensorBoard's event files, which PyTorch, TensorFlow, JAX and tensorboardX write.
 *
 * <p><b>Definition.</b> A file is a sequence of frames, each with one event. A scalar in an event
 * is a field, named as its tag, of the event's step; {@link StepPoints} says which scalars make one
 * record. Tags with another axis than the step, such as Megatron's {@code lm loss vs samples}, are
 * left out. The hyperparameters of the plugin {@code hparams} and texts with settings become the
 * configuration.
 */
public final class TensorBoardLog implements LogFormat {
  private static final Pattern NAME =
      Pattern.compile(".*\\.tfevents\\.\\d+\\..*(?<!\\.(csv|json|jsonl|txt|lp))");
  private static final int WALL_TIME_OF_EVENT = (1 << 3) | 1;

  @Override
  public String name() {
    return "tensorboard";
  }

  @Override
  public boolean recognizes(Head head) {
    byte[] bytes = head.bytes();
    if (bytes.length > 0 && NAME.matcher(head.fileName()).matches()) {
      return true; // whatever is damaged in it, and while the first frame is written
    }
    if (bytes.length <= EventFrames.HEADER_BYTES) {
      return false;
    }
    // other data is kept in such frames, too: every event begins with its time
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    return new EventFrames().isHeader(bytes, 0)
        && buffer.getLong(0) > 0
        && buffer.get(EventFrames.HEADER_BYTES) == WALL_TIME_OF_EVENT;
  }

  @Override
  public boolean filesOfRun() {
    return true;
  }

  @Override
  public LogReader reader(ReadingOptions options) {
    return new EventReader();
  }
}
