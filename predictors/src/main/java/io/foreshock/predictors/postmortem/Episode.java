// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.postmortem;

import java.util.List;
import java.util.OptionalLong;

/**
 * A part of a run in which its loss was off its course.
 *
 * @param kind class of the episode
 * @param segment segment in which it began
 * @param extent its first and last steps
 * @param loss levels of the loss
 * @param origin causes and first movers
 * @param rolledBackTo step of the checkpoint to which the run went back, when a later segment
 *     replaced this part; empty otherwise
 */
public record Episode(
    EpisodeClass kind,
    int segment,
    Extent extent,
    Loss loss,
    Origin origin,
    OptionalLong rolledBackTo) {

  /**
   * First and last steps of an episode.
   *
   * @param start its onset: first step off the course
   * @param peak step of its highest loss, or of the first that was not finite; of a {@link
   *     EpisodeClass#LEVEL_SHIFT} of its lowest
   * @param end first step at which the loss was back at its level; empty when it did not come back
   * @param last newest step that was read: its end, or the end of the record or segment
   * @param costSteps steps of training that it cost: up to its end, or to the end of the record;
   *     after a rollback all steps that were dropped; for a level shift the steps during it
   * @param spacing steps between two samples of the loss, which limits the precision of these
   *     numbers
   */
  public record Extent(
      long start, long peak, OptionalLong end, long last, long costSteps, long spacing) {}

  /**
   * Levels of the loss, nats per token.
   *
   * @param before level before the episode; NaN when no loss was finite
   * @param extreme the loss at the peak; infinite when it was not finite
   * @param after level at the end, or of the last samples if there is no end; NaN when they were
   *     not finite
   * @param nonfinite number of losses in the episode that were not finite
   */
  public record Loss(double before, double extreme, double after, long nonfinite) {}

  /**
   * What happened before an episode.
   *
   * @param causes what happened right before it
   * @param movers signals that moved before it, earliest first
   * @param lossAlone whether nothing but the loss was measured, so that no mover could be found
   * @param firstBatch index of the data batch at the onset; empty when not measured
   * @param lastBatch index of the data batch at the last step; empty when not measured
   */
  public record Origin(
      List<Cause> causes,
      List<FirstMove> movers,
      boolean lossAlone,
      OptionalLong firstBatch,
      OptionalLong lastBatch) {
    public Origin {
      causes = List.copyOf(causes);
      movers = List.copyOf(movers);
    }
  }

  /** Its onset: first step off the course. */
  public long start() {
    return extent.start();
  }

  /** Whether a later segment replaced this part of the run. */
  public boolean rolledBack() {
    return rolledBackTo.isPresent();
  }
}
