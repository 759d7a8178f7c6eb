// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.journal;

/**
 * Entries that the journal does not have any more, because they were lost or released.
 *
 * @param from sequence of the first that may be missing
 * @param to sequence of the last that may be missing, at least {@code from}
 * @param bytes damaged bytes in their place; 0 where a part of a file is missing
 */
public record Loss(long from, long to, long bytes) {}
