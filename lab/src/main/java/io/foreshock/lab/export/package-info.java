// SPDX-License-Identifier: Apache-2.0
/** Runs as files, and SQL over all runs. */
package io.foreshock.lab.export;
