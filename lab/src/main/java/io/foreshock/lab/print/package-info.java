// SPDX-License-Identifier: Apache-2.0
/** Formats what commands print: tables, CSV and shares. */
package io.foreshock.lab.print;
