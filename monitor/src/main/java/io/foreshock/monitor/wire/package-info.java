// SPDX-License-Identifier: Apache-2.0
/**
 * The contract's JSON objects, and HTTP requests whose answers have a limit of size and a limit of
 * time.
 */
package io.foreshock.monitor.wire;
