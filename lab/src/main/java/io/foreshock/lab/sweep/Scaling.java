// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.sweep;

import java.util.ArrayList;
import java.util.List;

/**
 * Series of growing models that a laptop can train.
 *
 * <p>Heads are always {@value Size#HEAD_WIDTH} wide. <b>Source.</b> Wortsman et al. 2023 (arXiv
 * 2309.14322), §3.2, who scale depth and width together, and each alone.
 */
enum Scaling {
  /** More layers and a larger width. */
  JOINT(new int[] {2, 2, 3, 4, 6, 8, 10, 12}, new int[] {32, 64, 96, 128, 192, 256, 320, 384}),
  /** More layers of width 64. */
  DEPTH(new int[] {1, 2, 5, 12, 24}, new int[] {64, 64, 64, 64, 64}),
  /** Three layers of growing width. */
  WIDTH(new int[] {3, 3, 3, 3, 3, 3}, new int[] {32, 64, 96, 128, 192, 256});

  private final List<Size> sizes = new ArrayList<>();

  Scaling(int[] layers, int[] widths) {
    for (int i = 0; i < layers.length; i++) {
      sizes.add(Size.of(layers[i], widths[i]));
    }
  }

  /** How many sizes there are. */
  int most() {
    return sizes.size();
  }

  /** The smallest sizes, so many. */
  List<Size> sizes(int count) {
    return List.copyOf(sizes.subList(0, count));
  }
}
