// SPDX-License-Identifier: Apache-2.0
/** Alarms and commands as messages: notifiers, their queues, deduplication by incident. */
package io.foreshock.monitor.alert;
