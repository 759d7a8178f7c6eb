// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import io.foreshock.monitor.alert.AlertRouter;
import io.foreshock.monitor.config.MonitorConfig;
import io.foreshock.monitor.journal.Journal;
import io.foreshock.monitor.live.LiveHub;
import io.foreshock.monitor.metrics.Meters;
import io.foreshock.monitor.store.Stores;
import java.time.Clock;

/**
 * The parts of one monitor that the main path joins.
 *
 * @param clock dates commands, and alarms about them
 */
public record Parts(
    MonitorConfig config,
    Journal journal,
    Runs runs,
    Stores stores,
    AlertRouter alerts,
    LiveHub live,
    Meters meters,
    Clock clock) {}
