// SPDX-License-Identifier: Apache-2.0
/** The append-only journal: an acknowledged write survives {@code kill -9}. */
package io.foreshock.monitor.journal;
