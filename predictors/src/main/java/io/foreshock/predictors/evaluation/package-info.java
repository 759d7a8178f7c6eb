// SPDX-License-Identifier: Apache-2.0
/**
 * Judges alarms after a run has ended: when it diverged, and how early an alarm came.
 *
 * <p>Runs offline only: for scoreboards and for fitting the forecast.
 */
package io.foreshock.predictors.evaluation;
