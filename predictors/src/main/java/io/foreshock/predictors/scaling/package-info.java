// SPDX-License-Identifier: Apache-2.0
/**
 * Predictions for large models from small ones: fits of measured quantities against size and
 * learning rate.
 *
 * <p>Runs live: the monitor judges a run's configuration by its earlier runs when the run announces
 * it, and the run keeps its bands. The fits themselves are also used offline, by {@code fit}.
 */
package io.foreshock.predictors.scaling;
