// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.live;

/**
 * Something that just happened to a run.
 *
 * @param name {@code step}, {@code alarm}, {@code segment} or {@code command}
 * @param data one JSON object, one line
 */
public record LiveEvent(String name, String data) {}
