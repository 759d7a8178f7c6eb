// SPDX-License-Identifier: Apache-2.0
/** Tables in files. */
package io.foreshock.lab.table;
