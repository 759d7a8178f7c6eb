// SPDX-License-Identifier: Apache-2.0
/**
 * What goes over the wire: the contract's JSON objects, and requests over HTTP whose answers have a
 * bound of size and one of time.
 */
package io.foreshock.monitor.wire;
