// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording.format.tensorboard;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.foreshock.lab.recording.settings.SettingsSoFar;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads the data of TensorBoard's plugin {@code hparams}: hyperparameters, and how a run ended. */
final class Hparams {
  private static final int SUCCESS = 1;
  private static final int FAILURE = 2;

  private final SettingsSoFar settings;

  /**
   * @param settings receives the hyperparameters
   */
  Hparams(SettingsSoFar settings) {
    this.settings = settings;
  }

  /** Reads HParamsPluginData. Returns the status of a session that ended; otherwise null. */
  @Nullable String read(CodedInputStream in) throws IOException {
    String status = null;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 3 -> sessionStart(in);
        case 4 -> status = sessionEnd(in);
        default -> in.skipField(tag);
      }
    }
    return status;
  }

  private void sessionStart(CodedInputStream in) throws IOException {
    int end = in.pushLimit(in.readRawVarint32());
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (WireFormat.getTagFieldNumber(tag) == 1) {
        hyperparameter(in);
      } else {
        in.skipField(tag);
      }
    }
    in.popLimit(end);
  }

  private void hyperparameter(CodedInputStream in) throws IOException {
    int end = in.pushLimit(in.readRawVarint32());
    String name = "";
    Object value = null;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 1 -> name = in.readString();
        case 2 -> value = value(in);
        default -> in.skipField(tag);
      }
    }
    in.popLimit(end);
    if (value != null) {
      settings.put(name, value);
    }
  }

  private static @Nullable Object value(CodedInputStream in) throws IOException {
    int end = in.pushLimit(in.readRawVarint32());
    Object value = null;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 2 -> value = in.readDouble();
        case 3 -> value = in.readString();
        case 4 -> value = in.readBool();
        default -> in.skipField(tag);
      }
    }
    in.popLimit(end);
    return value;
  }

  private static String sessionEnd(CodedInputStream in) throws IOException {
    int end = in.pushLimit(in.readRawVarint32());
    int status = SUCCESS;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (WireFormat.getTagFieldNumber(tag) == 1) {
        status = in.readEnum();
      } else {
        in.skipField(tag);
      }
    }
    in.popLimit(end);
    return status == FAILURE ? "failed" : "finished";
  }
}
