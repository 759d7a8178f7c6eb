// SPDX-License-Identifier: Apache-2.0
/** The {@code report} command: a run recorded in files, or kept by a monitor. */
package io.foreshock.lab.report;
