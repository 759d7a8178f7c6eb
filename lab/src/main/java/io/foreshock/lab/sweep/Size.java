// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.sweep;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The shape of a transformer.
 *
 * @param layers blocks, at least 1
 * @param width of the residual stream, a multiple of 2 · heads
 * @param heads of each block, at least 1
 */
record Size(int layers, int width, int heads) {
  /** Constant across sizes, as in the paper, where no heads are given. */
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
          "size %dx%d: expected a width that is a multiple of %d, or heads: %dx%dxHEADS"
              .formatted(layers, width, HEAD_WIDTH, layers, width));
    }
    return new Size(layers, width, width / HEAD_WIDTH);
  }

  /**
   * Reads {@code LAYERSxWIDTH} or {@code LAYERSxWIDTHxHEADS}.
   *
   * @throws IllegalArgumentException when it is not that
   */
  static Size parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "size '" + text + "': expected LAYERSxWIDTH or LAYERSxWIDTHxHEADS, as 2x64");
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
   * Parameters without embedding and head before training tells them: 12 · layers · width², which
   * leaves out norms and biases and is meant for an MLP of four times the width.
   */
  long parameters() {
    return 12L * layers * width * width;
  }

  /** Floating-point operations a token: see {@link Flops}. */
  double flopsPerToken(long context) {
    return Flops.perToken(parameters(), layers, width, context);
  }
}
