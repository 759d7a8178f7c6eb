// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.print;

import io.foreshock.monitor.report.Figures;
import io.foreshock.predictors.stats.Share;

/** Shares as people read them. */
public final class Shares {
  private Shares() {}

  /** "3/4 [30–95 %]", the interval being Wilson's; {@link Figures#NONE} of none. */
  public static String text(Share share) {
    return share.total() == 0
        ? Figures.NONE
        : share.hits() + "/" + share.total() + " " + interval(share);
  }

  /** "[30–95 %]". */
  public static String interval(Share share) {
    return "[" + Figures.fixed(100 * share.low(), 0) + "–" + Figures.percent(share.high(), 0) + "]";
  }
}
