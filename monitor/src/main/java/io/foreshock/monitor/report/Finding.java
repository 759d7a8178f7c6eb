// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.report;

import io.foreshock.predictors.postmortem.Episode;
import java.util.List;

/**
 * All there is to say of one episode.
 *
 * @param number from 1
 * @param known incidents that stood open around it, by lead
 * @param actions taken because of them
 * @param after how the run went on when it was rolled back; empty when it was not
 */
record Finding(
    int number,
    Episode episode,
    List<Warning> known,
    List<Action> actions,
    String after,
    List<Panel> panels) {}
