// SPDX-License-Identifier: Apache-2.0
/**
 * Extrapolation: the time to a limit with an interval, and the probability that a run diverges.
 *
 * <p>Runs live: in the monitor for every line.
 */
package io.foreshock.predictors.forecast;
