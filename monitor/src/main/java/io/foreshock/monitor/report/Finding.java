// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.report;

import io.foreshock.predictors.postmortem.Episode;
import java.util.List;

/**
 * One episode with everything that a report shows of it.
 *
 * @param number number of the episode, from 1
 * @param known incidents that were open around it, by lead
 * @param actions commands that answered them
 * @param after how the run continued after a rollback; empty when there was none
 */
record Finding(
    int number,
    Episode episode,
    List<Warning> known,
    List<Action> actions,
    String after,
    List<Panel> panels) {}
