// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.journal;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The journal's promise for one entry.
 *
 * @param sequence its number
 * @param durable done once the entry is on disk, failed with an {@link java.io.IOException} when it
 *     could not be written; completes on the journal's thread, in order of sequence
 */
public record Receipt(long sequence, CompletableFuture<@Nullable Void> durable) {}
