// SPDX-License-Identifier: Apache-2.0
/** Writes tables to files. */
package io.foreshock.lab.table;
