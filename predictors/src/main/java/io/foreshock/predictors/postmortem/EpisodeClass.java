// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.postmortem;

import java.util.Locale;

/**
 * What kind of episode it was. The wire name is the lower-case name.
 *
 * <p><b>Source.</b> The patterns are those of Bekman, "Machine Learning Engineering", chapter
 * "Understanding Training Loss Patterns"; it gives no numbers, the limits are our own ({@link
 * Postmortem}). A cause found near the onset names the class; without one its shape does.
 */
public enum EpisodeClass {
  /** Jumped and was back at its level within about a hundred steps, by itself. */
  FAST_RECOVERING("fast-recovering spike"),
  /** Jumped and came back, but took longer. */
  SLOW_RECOVERING("slow-recovering spike"),
  /** Jumped and was not back at its level when the record ended. */
  NOT_FULLY_RECOVERING("not fully recovering spike"),
  /** Left its course without a spike: rose steadily, or ceased to be finite. */
  NON_SPIKE_DIVERGENCE("non-spike divergence"),
  /** Fell at once to a level below its trend, as on data seen before, until fresh data came. */
  LEVEL_SHIFT("level shift, as by repeated data"),
  /** Began within a few steps of a resume or rollback. */
  RESUME_RELATED("resume-related"),
  /** Began within a few steps of a change of learning rate, batch size or configuration. */
  SCHEDULED_CHANGE("scheduled change");

  private final String words;

  EpisodeClass(String words) {
    this.words = words;
  }

  /** Name in JSON. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Name for people. */
  public String words() {
    return words;
  }
}
