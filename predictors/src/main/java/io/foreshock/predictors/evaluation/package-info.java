// SPDX-License-Identifier: Apache-2.0
/**
 * Judges alarms afterwards: when a run really diverged, and how early that was foreseen.
 *
 * <p>Runs offline only: for scoreboards and for fitting the forecast.
 */
package io.foreshock.predictors.evaluation;
