// SPDX-License-Identifier: Apache-2.0
/**
 * Extrapolation: time to a threshold with an interval, and the outlook of a run.
 *
 * <p>Runs live: in the monitor for every line.
 */
package io.foreshock.predictors.forecast;
