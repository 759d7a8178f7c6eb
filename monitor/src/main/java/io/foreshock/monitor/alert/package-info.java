// SPDX-License-Identifier: Apache-2.0
/** Alarms on their way out: their JSON, the notifiers, deduplication by incident. */
package io.foreshock.monitor.alert;
