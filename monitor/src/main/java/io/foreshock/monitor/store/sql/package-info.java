// SPDX-License-Identifier: Apache-2.0
/** Answers statements of SQL in a process of its own, over a copy of the store. */
package io.foreshock.monitor.store.sql;
