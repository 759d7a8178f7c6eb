// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.journal;

/**
 * Entries that the journal does not have any more: lost, or let go.
 *
 * @param from sequence of the first that may be missing
 * @param to sequence of the last that may be missing, at least {@code from}
 * @param bytes of damaged journal that stood for them; 0 where a part of a file is gone
 */
public record Loss(long from, long to, long bytes) {}
