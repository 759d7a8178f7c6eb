// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import org.jspecify.annotations.Nullable;

/**
 * A person has seen an incident of a run. It stays when the incident is closed.
 *
 * @param by who; null when not given
 * @param note null when not given
 * @param timeNanos when, nanoseconds since the epoch
 */
public record Acknowledgement(
    String incident, @Nullable String by, @Nullable String note, long timeNanos) {}
