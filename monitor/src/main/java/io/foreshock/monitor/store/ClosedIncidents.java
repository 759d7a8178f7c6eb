// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Closed incidents over all runs, as far as they could be read.
 *
 * @param incidents in the order of {@link IncidentPlace}
 * @param unread why the store could not be read, so that only incidents whose closing alarm waits
 *     in memory are here; null when it could
 */
public record ClosedIncidents(List<StoredIncident> incidents, @Nullable StoreException unread) {}
