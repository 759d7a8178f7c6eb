// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.journal;

/**
 * One entry of the journal.
 *
 * @param sequence its number, which rises; a gap means that writing failed
 * @param kind what the payload is; the journal does not interpret it
 */
public record Record(long sequence, byte kind, byte[] payload) {}
