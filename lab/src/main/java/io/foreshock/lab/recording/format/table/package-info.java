// SPDX-License-Identifier: Apache-2.0
/** Tables: CSV and TSV. */
@org.jspecify.annotations.NullMarked
package io.foreshock.lab.recording.format.table;
