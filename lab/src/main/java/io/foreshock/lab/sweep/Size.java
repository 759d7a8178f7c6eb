// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.sweep;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The shape of a transformer.
 *
 * @param layers number of blocks, at least 1
 * @param width width of the residual stream, a multiple of 2 · heads
 * @param heads number of heads in each block, at least 1
 */
record Size(int layers, int width, int heads) {
  /** Default width of a head. It is the same at all sizes, as in the paper. */
  static final int HEAD_WIDTH = 16;

  private static final Pattern FORM =
      Pattern.compile("([1-9]\\d{0,3})x([1-9]\\d{0,5})(?:x([1-9]\\d{0,3}))?");

  Size {
    if (layers < 1 || heads < 1 || width < 1 || width % (2 * heads) != 0) {
      throw new IllegalArgumentException(
          "size %dx%dx%d: expected a width that is a multiple of 2 x heads"
              .formatted(layers, width, heads));
    }
  }

  /** The shape whose heads are {@value #HEAD_WIDTH} wide. */
  static Size of(int layers, int width) {
    if (width % HEAD_WIDTH != 0) {
      throw new IllegalArgumentException(
          "size %dx%d: expected a width that is a multiple of %d, or a number of heads: %dx%dxHEADS"
              .formatted(layers, width, HEAD_WIDTH, layers, width));
    }
    return new Size(layers, width, width / HEAD_WIDTH);
  }

  /**
   * Reads {@code LAYERSxWIDTH} or {@code LAYERSxWIDTHxHEADS}.
   *
   * @throws IllegalArgumentException when the text has another form
   */
  static Size parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "size '" + text + "': expected LAYERSxWIDTH or LAYERSxWIDTHxHEADS, such as 2x64");
    }
    int layers = Integer.parseInt(matcher.group(1));
    int width = Integer.parseInt(matcher.group(2));
    return matcher.group(3) == null
        ? of(layers, width)
        : new Size(layers, width, Integer.parseInt(matcher.group(3)));
  }

  /** Layers, width and heads as {@link #parse} reads them. */
  String text() {
    return layers + "x" + width + "x" + heads;
  }

  /**
   * Estimated number of parameters without embedding and head: 12 · layers · width². The estimate
   * leaves out norms and biases and assumes an MLP of four times the width. Training sends the
   * exact number.
   */
  long parameters() {
    return 12L * layers * width * width;
  }

  /** Floating-point operations per token; see {@link Flops}. */
  double flopsPerToken(long context) {
    return Flops.perToken(parameters(), layers, width, context);
  }
}
