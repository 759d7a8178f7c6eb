// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

/**
 * A run that left the monitor, whose snapshot has to be deleted.
 *
 * @param sequence of the entry; a snapshot that covers it is of a later run of the same name
 */
record Departure(Entry.Departed entry, long sequence) {}
