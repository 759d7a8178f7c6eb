// SPDX-License-Identifier: Apache-2.0
/**
 * Fits the forecast's model to labelled runs, and reports how well it does on others.
 *
 * <p>Runs offline only: the monitor reads the fitted weights and never fits.
 */
package io.foreshock.predictors.fitting;
