// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import java.util.Map;

/**
 * A whole line of a measurement that has few of them, such as an event or an evaluation.
 *
 * @param step the line's step; where it has none, the run's at that time
 * @param values fields and tags by name, except run and segment; InfluxDB's are texts where it does
 *     not return types
 */
public record StoredLine(long timeNanos, long step, int segment, Map<String, Object> values) {}
