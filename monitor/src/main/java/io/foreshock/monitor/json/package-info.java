// SPDX-License-Identifier: Apache-2.0
/** The one way values become JSON and back. */
package io.foreshock.monitor.json;
