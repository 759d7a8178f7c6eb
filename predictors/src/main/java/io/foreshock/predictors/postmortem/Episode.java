// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.postmortem;

import java.util.List;
import java.util.OptionalLong;

/**
 * A stretch in which a run's loss was off its course.
 *
 * @param kind its class
 * @param segment lineage segment in which it began
 * @param extent where it begins and ends
 * @param loss how high the loss was
 * @param origin what happened before it
 * @param rolledBackTo step of the checkpoint that was gone back to, where it happened in a part
 *     that a later segment took back; empty otherwise
 */
public record Episode(
    EpisodeClass kind,
    int segment,
    Extent extent,
    Loss loss,
    Origin origin,
    OptionalLong rolledBackTo) {

  /**
   * Where an episode begins and ends, in steps.
   *
   * @param start its onset: first step off the course
   * @param peak step of its highest loss, or of the first that was not finite; of a {@link
   *     EpisodeClass#LEVEL_SHIFT} of its lowest
   * @param end first step at which the loss was back at its level; empty when it never was
   * @param last newest step that was looked at: its end, or where the record or its segment ends
   * @param costSteps steps of training it took: to its end, or all there are; all that were thrown
   *     away when it was rolled back; of a level shift those spent on it
   * @param spacing steps between two samples of the loss: how exact these figures are
   */
  public record Extent(
      long start, long peak, OptionalLong end, long last, long costSteps, long spacing) {}

  /**
   * Levels of the loss, nats per token.
   *
   * @param before level before the episode; NaN when it was never finite
   * @param extreme the loss at the peak; infinite when it was not finite
   * @param after level at the end or, while it has none, of the last samples; NaN when they were
   *     not finite
   * @param nonfinite how many losses in the episode were not finite
   */
  public record Loss(double before, double extreme, double after, long nonfinite) {}

  /**
   * What is known of where an episode came from.
   *
   * @param causes what happened right before it
   * @param movers what moved before it, the first one first
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

  /** Whether it happened in a part that a later segment took back. */
  public boolean rolledBack() {
    return rolledBackTo.isPresent();
  }
}
