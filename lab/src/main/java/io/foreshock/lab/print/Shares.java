// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.print;

import io.foreshock.monitor.report.Figures;
import io.foreshock.predictors.stats.Share;

/** Writes shares for people. */
public final class Shares {
  private Shares() {}

  /** "3/4 [30–95 %]" with Wilson's interval, or {@link Figures#NONE} if the total is 0. */
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
