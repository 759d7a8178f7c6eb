// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording.format.tensorboard;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;

/**
 * Reads a TensorProto of one element: a number, or a text.
 *
 * <p><b>Threads.</b> Not safe; one instance is refilled.
 */
final class TensorScalar {
  private static final int FLOAT = 1;
  private static final int DOUBLE = 2;
  private static final int INT32 = 3;
  private static final int STRING = 7;
  private static final int INT64 = 9;
  private static final int BFLOAT16 = 14;
  private static final int HALF = 19;

  private int type;
  private long elements;
  private long bits;
  private int content;
  private int textFrom;
  private int textTo;

  /** Reads a tensor up to the limit of the stream. */
  void read(CodedInputStream in, byte[] bytes, int origin) throws IOException {
    type = 0;
    elements = 1;
    bits = 0;
    content = 0;
    textTo = -1;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 1 -> type = in.readEnum();
        case 2 -> shape(in);
        case 4 -> content(in, bytes, origin);
        case 5 -> bits = number(in, tag, 4);
        case 6 -> bits = number(in, tag, 8);
        case 7, 10, 13 -> bits = number(in, tag, 0);
        case 8 -> text(in, origin);
        default -> in.skipField(tag);
      }
    }
  }

  /** Whether it is one number of a type that scalars have. */
  boolean isNumber() {
    return elements == 1
        && (content == 0 || content == width())
        && (type == FLOAT
            || type == DOUBLE
            || type == INT32
            || type == INT64
            || type == BFLOAT16
            || type == HALF);
  }

  /** The number. Zero if the tensor has no values, because writers leave zeros out. */
  double number() {
    return switch (type) {
      case FLOAT -> Float.intBitsToFloat((int) bits);
      case DOUBLE -> Double.longBitsToDouble(bits);
      case BFLOAT16 -> Float.intBitsToFloat((int) bits << 16);
      case HALF -> half((int) bits);
      case INT32 -> (int) bits;
      default -> bits;
    };
  }

  /** Whether it is a text. */
  boolean isText() {
    return type == STRING && textTo >= 0;
  }

  /** Where the text begins in the bytes. */
  int textFrom() {
    return textFrom;
  }

  /** Where the text ends in the bytes. */
  int textTo() {
    return textTo;
  }

  private void shape(CodedInputStream in) throws IOException {
    int end = in.pushLimit(in.readRawVarint32());
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (WireFormat.getTagFieldNumber(tag) == 2) {
        int dimensionEnd = in.pushLimit(in.readRawVarint32());
        long size = 0;
        for (int part = in.readTag(); part != 0; part = in.readTag()) {
          if (WireFormat.getTagFieldNumber(part) == 1) {
            size = in.readInt64();
          } else {
            in.skipField(part);
          }
        }
        elements *= size;
        in.popLimit(dimensionEnd);
      } else {
        in.skipField(tag);
      }
    }
    in.popLimit(end);
  }

  /** Little-endian bytes of all elements. */
  private void content(CodedInputStream in, byte[] bytes, int origin) throws IOException {
    content = in.readRawVarint32();
    int from = origin + in.getTotalBytesRead();
    in.skipRawBytes(content);
    bits = 0;
    for (int i = Math.min(content, Long.BYTES) - 1; i >= 0; i--) {
      bits = bits << Byte.SIZE | bytes[from + i] & 0xff;
    }
  }

  /**
   * Returns the bits of a repeated number's first value.
   *
   * @param fixed bytes of each; 0 for a variable number
   */
  private long number(CodedInputStream in, int tag, int fixed) throws IOException {
    if (WireFormat.getTagWireType(tag) != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
      return element(in, fixed);
    }
    int length = in.readRawVarint32();
    int end = in.pushLimit(length);
    long first = length == 0 ? 0 : element(in, fixed);
    in.skipRawBytes(in.getBytesUntilLimit());
    in.popLimit(end);
    return first;
  }

  private static long element(CodedInputStream in, int fixed) throws IOException {
    return switch (fixed) {
      case 4 -> in.readRawLittleEndian32();
      case 8 -> in.readRawLittleEndian64();
      default -> in.readRawVarint64();
    };
  }

  private void text(CodedInputStream in, int origin) throws IOException {
    int length = in.readRawVarint32();
    if (textTo < 0) {
      textFrom = origin + in.getTotalBytesRead();
      textTo = textFrom + length;
    }
    in.skipRawBytes(length);
  }

  private int width() {
    return switch (type) {
      case DOUBLE, INT64 -> 8;
      case BFLOAT16, HALF -> 2;
      default -> 4;
    };
  }

  /** IEEE 754 half precision: 1 bit sign, 5 bits exponent, 10 bits fraction. */
  private static double half(int bits) {
    int exponent = bits >> 10 & 0x1f;
    int fraction = bits & 0x3ff;
    double size =
        switch (exponent) {
          case 0 -> fraction * 0x1p-24;
          case 0x1f -> fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
          default -> (0x400 + fraction) * Math.scalb(1.0, exponent - 25);
        };
    return (bits & 0x8000) == 0 ? size : -size;
  }
}
