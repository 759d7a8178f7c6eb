// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording.format.tensorboard;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.foreshock.lab.recording.format.Records;
import io.foreshock.lab.recording.settings.SettingsSoFar;
import io.foreshock.predictors.telemetry.LineReader;
import io.foreshock.predictors.telemetry.Point;
import io.foreshock.predictors.telemetry.Telemetry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads TensorBoard's Event messages.
 *
 * <p><b>Edges.</b> Histograms, images, audio and graphs are skipped by their length. A text is read
 * only if its tag ends as those that hold settings, and a session of {@code hparams} ends the run
 * only if scalars came after the session began: loggers write both at once when training begins.
 *
 * <p><b>Threads.</b> Not safe.
 */
final class EventParser {
  private static final int LONGEST_TEXT = 1 << 20;
  private static final int SESSION_STARTED = 1;
  private static final byte[] SCALARS = ascii("scalars");
  private static final byte[] TEXT = ascii("text");
  private static final byte[] HPARAMS = ascii("hparams");

  private final Tags tags = new Tags();
  private final StepPoints points = new StepPoints();
  private final TensorScalar tensor = new TensorScalar();
  private final SettingsSoFar settings = new SettingsSoFar();
  private final Hparams hparams = new Hparams(settings);
  private final Point other = new Point();

  private double wallSeconds;
  private long step;
  private boolean tooManyTags;
  private boolean scalarsInSession;

  // the value at hand
  private int nameFrom;
  private int nameTo;
  private int pluginFrom;
  private int pluginTo;
  private int contentFrom;
  private int contentTo;
  private boolean hasNumber;
  private boolean hasTensor;
  private double value;

  /** Reads one event up to the limit of the stream. */
  void event(CodedInputStream in, byte[] bytes, int origin, long number, LineReader.Lines records)
      throws IOException {
    wallSeconds = Double.NaN;
    step = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 1 -> wallSeconds = in.readDouble();
        case 2 -> step = in.readInt64();
        case 5 -> summary(in, bytes, origin, number, records);
        case 7 -> sessionLog(in, number, records);
        default -> in.skipField(tag);
      }
    }
  }

  /** Passes on what is left when the log ends. */
  void end(long number, LineReader.Lines records) {
    configure(number, records);
    points.passOn(number, records);
  }

  private void summary(
      CodedInputStream in, byte[] bytes, int origin, long number, LineReader.Lines records)
      throws IOException {
    int end = in.pushLimit(in.readRawVarint32());
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (WireFormat.getTagFieldNumber(tag) == 1) {
        int valueEnd = in.pushLimit(in.readRawVarint32());
        value(in, bytes, origin);
        in.popLimit(valueEnd);
        use(bytes, number, records);
      } else {
        in.skipField(tag);
      }
    }
    in.popLimit(end);
  }

  private void value(CodedInputStream in, byte[] bytes, int origin) throws IOException {
    nameFrom = nameTo = pluginFrom = pluginTo = contentFrom = contentTo = 0;
    hasNumber = false;
    hasTensor = false;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 1 -> {
          int length = in.readRawVarint32();
          nameFrom = origin + in.getTotalBytesRead();
          nameTo = nameFrom + length;
          in.skipRawBytes(length);
        }
        case 2 -> {
          value = in.readFloat();
          hasNumber = true;
        }
        case 8 -> {
          int end = in.pushLimit(in.readRawVarint32());
          tensor.read(in, bytes, origin);
          in.popLimit(end);
          hasTensor = true;
        }
        case 9 -> metadata(in, origin);
        default -> in.skipField(tag);
      }
    }
  }

  private void metadata(CodedInputStream in, int origin) throws IOException {
    int end = in.pushLimit(in.readRawVarint32());
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (WireFormat.getTagFieldNumber(tag) == 1) {
        int pluginEnd = in.pushLimit(in.readRawVarint32());
        for (int part = in.readTag(); part != 0; part = in.readTag()) {
          int field = WireFormat.getTagFieldNumber(part);
          if (field > 2) {
            in.skipField(part);
            continue;
          }
          int length = in.readRawVarint32();
          int from = origin + in.getTotalBytesRead();
          in.skipRawBytes(length);
          if (field == 1) {
            pluginFrom = from;
            pluginTo = from + length;
          } else {
            contentFrom = from;
            contentTo = from + length;
          }
        }
        in.popLimit(pluginEnd);
      } else {
        in.skipField(tag);
      }
    }
    in.popLimit(end);
  }

  private void use(byte[] bytes, long number, LineReader.Lines records) throws IOException {
    if (isPlugin(HPARAMS, bytes)) {
      session(bytes, number, records);
    } else if (hasTensor && tensor.isText()) {
      text(bytes);
    } else if (hasNumber || hasTensor) {
      scalar(bytes, number, records);
    }
  }

  private void scalar(byte[] bytes, long number, LineReader.Lines records) {
    Tag tag = tags.find(bytes, nameFrom, nameTo);
    if (tag == null) {
      if (!tooManyTags) {
        records.bad(
            number, "the log has more than " + Tags.MOST + " tags: the others are left out");
        tooManyTags = true;
      }
      return;
    }
    if (tag.kind == Tag.Kind.UNKNOWN && pluginTo > pluginFrom) {
      tag.kind = isPlugin(SCALARS, bytes) ? Tag.Kind.SCALARS : Tag.Kind.OTHER;
    }
    if (!tag.used || !hasNumber && (tag.kind == Tag.Kind.OTHER || !tensor.isNumber())) {
      return;
    }
    configure(number, records);
    scalarsInSession = true;
    points.add(tag, hasNumber ? value : tensor.number(), step, wallSeconds, number, records);
  }

  /** Takes a text such as {@code args/text_summary}: settings as JSON, or one setting. */
  private void text(byte[] bytes) {
    int length = tensor.textTo() - tensor.textFrom();
    if (length > LONGEST_TEXT || pluginTo > pluginFrom && !isPlugin(TEXT, bytes)) {
      return;
    }
    String tag = new String(bytes, nameFrom, nameTo - nameFrom, StandardCharsets.UTF_8);
    String text = new String(bytes, tensor.textFrom(), length, StandardCharsets.UTF_8);
    settings.text(tag.replaceFirst("/text_summary$", ""), text);
  }

  private void session(byte[] bytes, long number, LineReader.Lines records) throws IOException {
    String status =
        hparams.read(CodedInputStream.newInstance(bytes, contentFrom, contentTo - contentFrom));
    if (status == null) {
      scalarsInSession = false;
    } else if (scalarsInSession) {
      points.passOn(number, records);
      other.begin(Telemetry.EVENT);
      other.addText("kind", "end");
      other.addText("status", status);
      Records.setTime(other, wallSeconds);
      Records.pass(other, number, records);
    }
  }

  private void configure(long number, LineReader.Lines records) {
    if (settings.fill(other)) {
      Records.setTime(other, wallSeconds);
      Records.pass(other, number, records);
    }
  }

  private void sessionLog(CodedInputStream in, long number, LineReader.Lines records)
      throws IOException {
    int end = in.pushLimit(in.readRawVarint32());
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (WireFormat.getTagFieldNumber(tag) != 1) {
        in.skipField(tag);
      } else if (in.readEnum() == SESSION_STARTED) {
        points.launch(number, records);
      }
    }
    in.popLimit(end);
  }

  private boolean isPlugin(byte[] plugin, byte[] bytes) {
    return Arrays.equals(plugin, 0, plugin.length, bytes, pluginFrom, pluginTo);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
