// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.journal;

/**
 * One entry as it stands in the journal.
 *
 * @param sequence its number, rising without end; gaps mean that writing failed
 * @param kind what the payload is; the journal does not interpret it
 */
public record Record(long sequence, byte kind, byte[] payload) {}
