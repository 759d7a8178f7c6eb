// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording;

import io.foreshock.lab.recording.format.Head;
import io.foreshock.lab.recording.format.LineProtocolLog;
import io.foreshock.lab.recording.format.LogFormat;
import io.foreshock.lab.recording.format.json.JsonLog;
import io.foreshock.lab.recording.format.json.TrainerStateLog;
import io.foreshock.lab.recording.format.table.TableLog;
import io.foreshock.lab.recording.format.tensorboard.TensorBoardLog;
import io.foreshock.lab.recording.format.text.TextLog;
import io.foreshock.lab.recording.format.wandb.WandbLog;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** All formats. */
public final class Formats {
  /** In the order in which they are asked: what is sure comes before what is guessed. */
  public static final List<LogFormat> ALL =
      List.of(
          new WandbLog(),
          new TensorBoardLog(),
          new LineProtocolLog(),
          new TrainerStateLog(),
          new JsonLog(),
          new TableLog(),
          new TextLog());

  private Formats() {}

  /** Returns the format of a log; null when none recognizes it. */
  public static @Nullable LogFormat of(Head head) {
    for (LogFormat format : ALL) {
      if (format.recognizes(head)) {
        return format;
      }
    }
    return null;
  }

  /**
   * Returns the format of that name.
   *
   * @throws IllegalArgumentException when there is none; the message names all
   */
  public static LogFormat named(String name) {
    for (LogFormat format : ALL) {
      if (format.name().equals(name)) {
        return format;
      }
    }
    throw new IllegalArgumentException("'" + name + "': expected one of " + names());
  }

  /** The names of all formats, for messages. */
  public static String names() {
    return ALL.stream().map(LogFormat::name).collect(Collectors.joining(", "));
  }
}
