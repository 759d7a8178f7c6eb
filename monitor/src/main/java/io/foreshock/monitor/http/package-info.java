// SPDX-License-Identifier: Apache-2.0
/** Requests to others over HTTP, whose answers have a bound of size and one of time. */
package io.foreshock.monitor.http;
