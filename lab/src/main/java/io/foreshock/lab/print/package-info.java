// SPDX-License-Identifier: Apache-2.0
/** What commands print with: tables, CSV and shares. Numbers, plots and pages are the reports'. */
package io.foreshock.lab.print;
