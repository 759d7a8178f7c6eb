// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.postmortem;

import java.util.List;
import java.util.OptionalLong;

/**
 * A stretch in which a run's loss was off its course.
 *
 * @param kind its class
 * @param segment lineage segment in which it began
 * @param start its onset: first step off the course
 * @param peak step of its highest loss, or of the first that was not finite; of a {@link
 *     EpisodeClass#LEVEL_SHIFT} of its lowest
 * @param end first step at which the loss was back at its level; empty when it never was
 * @param last newest step that was looked at: its end, or where the record or its segment ends
 * @param before level of the loss before, nats per token; NaN when it was never finite
 * @param extreme the loss at {@code peak}; infinite when it was not finite
 * @param after level of the loss at the end or, while it has none, of the last samples; NaN when
 *     they were not finite
 * @param nonfinite how many losses in it were not finite
 * @param costSteps steps of training it took: to its end, or all there are; all that were thrown
 *     away when it was rolled back; of a level shift those spent on it
 * @param spacing steps between two samples of the loss: how exact these figures are
 * @param rolledBack whether it happened in a part that a later segment took back
 * @param rolledBackTo step of the checkpoint that was gone back to; empty unless rolled back
 * @param causes what happened right before it
 * @param movers what moved before it, the first one first
 * @param lossAlone whether nothing but the loss was measured, so that none could be found
 * @param firstBatch index of the data batch at its onset; empty when not measured
 * @param lastBatch index of the data batch at {@code last}; empty when not measured
 */
public record Episode(
    EpisodeClass kind,
    int segment,
    long start,
    long peak,
    OptionalLong end,
    long last,
    double before,
    double extreme,
    double after,
    long nonfinite,
    long costSteps,
    long spacing,
    boolean rolledBack,
    OptionalLong rolledBackTo,
    List<Cause> causes,
    List<FirstMove> movers,
    boolean lossAlone,
    OptionalLong firstBatch,
    OptionalLong lastBatch) {
  public Episode {
    causes = List.copyOf(causes);
    movers = List.copyOf(movers);
  }
}
