// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.journal;

import java.util.concurrent.CompletableFuture;

/**
 * Promise of the journal for one entry.
 *
 * @param sequence its number
 * @param durable done once the entry is on disk, failed with an {@link java.io.IOException} when it
 *     could not be written; completes on the journal's thread, in order of sequence
 */
public record Receipt(long sequence, CompletableFuture<Void> durable) {}
