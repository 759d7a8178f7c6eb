// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording.format.wandb;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.foreshock.lab.recording.format.Records;
import io.foreshock.lab.recording.settings.SettingsSoFar;
import io.foreshock.predictors.telemetry.LineReader;
import io.foreshock.predictors.telemetry.Point;
import io.foreshock.predictors.telemetry.Telemetry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns the messages of W&amp;B's client into records: run, configuration, history and exit.
 *
 * <p><b>Definition.</b> The run is named after its display name and its id, because several runs
 * may share the display name. It keeps the name that it has when it begins.
 *
 * <p><b>Source.</b> {@code wandb/proto/wandb_internal.proto} of the client 0.31.
 */
final class WandbMessages {
  private static final int HISTORY = 2;
  private static final int CONFIG = 5;
  private static final int RUN = 17;
  private static final int EXIT = 18;

  private final Point point = new Point();
  private final SettingsSoFar settings = new SettingsSoFar();
  private final WandbRow row = new WandbRow();

  private @Nullable String run;
  private double seconds = Double.NaN;

  /** Reads one record. */
  void read(CodedInputStream in, long number, LineReader.Lines records) throws IOException {
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      int field = WireFormat.getTagFieldNumber(tag);
      if (field != HISTORY && field != CONFIG && field != RUN && field != EXIT) {
        in.skipField(tag);
        continue;
      }
      int end = in.pushLimit(in.readRawVarint32());
      switch (field) {
        case HISTORY -> history(in, number, records);
        case CONFIG -> config(in);
        case RUN -> run(in);
        default -> exit(in, number, records);
      }
      in.popLimit(end);
      configure(number, records);
    }
  }

  private void history(CodedInputStream in, long number, LineReader.Lines records)
      throws IOException {
    row.read(in);
    if (row.fill(point)) {
      seconds = Double.isNaN(row.seconds()) ? seconds : row.seconds();
      Records.setTime(point, row.seconds());
      send(number, records);
    }
  }

  private void run(CodedInputStream in) throws IOException {
    String id = "";
    String display = "";
    List<String> tags = new ArrayList<>();
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 1 -> id = in.readString();
        case 4 -> {
          int end = in.pushLimit(in.readRawVarint32());
          config(in);
          in.popLimit(end);
        }
        case 8 -> display = in.readString();
        case 9 -> settings.put("notes", in.readString());
        case 10 -> tags.add(in.readString());
        case 17 -> startTime(in);
        default -> in.skipField(tag);
      }
    }
    if (!tags.isEmpty()) {
      settings.put("tags", String.join(",", tags));
    }
    if (run == null && !(id.isEmpty() && display.isEmpty())) {
      run = display.isEmpty() ? id : id.isEmpty() ? display : display + "-" + id;
    }
  }

  private void startTime(CodedInputStream in) throws IOException {
    int end = in.pushLimit(in.readRawVarint32());
    long whole = 0;
    long nanos = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 1 -> whole = in.readInt64();
        case 2 -> nanos = in.readInt32();
        default -> in.skipField(tag);
      }
    }
    in.popLimit(end);
    seconds = Double.isNaN(seconds) ? whole + nanos * 1e-9 : seconds;
  }

  private void config(CodedInputStream in) throws IOException {
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (WireFormat.getTagFieldNumber(tag) != 1) {
        in.skipField(tag);
        continue;
      }
      int end = in.pushLimit(in.readRawVarint32());
      List<String> path = new ArrayList<>();
      String json = "";
      for (int part = in.readTag(); part != 0; part = in.readTag()) {
        switch (WireFormat.getTagFieldNumber(part)) {
          case 1, 2 -> path.add(in.readString());
          case 16 -> json = in.readString();
          default -> in.skipField(part);
        }
      }
      in.popLimit(end);
      JsonNode value = SettingsSoFar.parse(json);
      if (value != null && !path.isEmpty() && !path.get(0).startsWith("_")) {
        settings.put(String.join("/", path), value);
      }
    }
  }

  private void exit(CodedInputStream in, long number, LineReader.Lines records) throws IOException {
    int code = 0;
    boolean goesOn = false;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 1 -> code = in.readInt32();
        case 3 -> goesOn = in.readBool();
        default -> in.skipField(tag);
      }
    }
    if (!goesOn) {
      point.begin(Telemetry.EVENT);
      point.addText("kind", "end");
      point.addText("status", code == 0 ? "finished" : "failed");
      Records.setTime(point, seconds);
      send(number, records);
    }
  }

  private void configure(long number, LineReader.Lines records) {
    if (settings.fill(point)) {
      Records.setTime(point, seconds);
      send(number, records);
    }
  }

  private void send(long number, LineReader.Lines records) {
    if (run != null) {
      point.setTag(Telemetry.RUN, run);
    }
    Records.pass(point, number, records);
  }
}
