// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.postmortem;

import java.util.Locale;

/**
 * The class of an episode. The wire name is the lower-case name.
 *
 * <p><b>Source.</b> The patterns are those of Bekman, "Machine Learning Engineering", chapter
 * "Understanding Training Loss Patterns"; it gives no numbers, so the limits are our own ({@link
 * Postmortem}). A cause near the onset decides the class; without a cause the shape decides.
 */
public enum EpisodeClass {
  /** The loss jumped and was back at its level within about a hundred steps, without help. */
  FAST_RECOVERING("fast-recovering spike"),
  /** The loss jumped and came back, but later. */
  SLOW_RECOVERING("slow-recovering spike"),
  /** The loss jumped and was not back at its level when the record ended. */
  NOT_FULLY_RECOVERING("not fully recovering spike"),
  /** The loss rose steadily, without a spike, or became non-finite. */
  NON_SPIKE_DIVERGENCE("non-spike divergence"),
  /** The loss fell at once below its trend, such as on data seen before, until new data came. */
  LEVEL_SHIFT("level shift, as by repeated data"),
  /** It began within a few steps of a resume or rollback. */
  RESUME_RELATED("resume-related"),
  /** It began within a few steps of a change of learning rate, batch size or configuration. */
  SCHEDULED_CHANGE("scheduled change");

  private final String words;

  EpisodeClass(String words) {
    this.words = words;
  }

  /** Name in JSON. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Name for a report. */
  public String words() {
    return words;
  }
}
