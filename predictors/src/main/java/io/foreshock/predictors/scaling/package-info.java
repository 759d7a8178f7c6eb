// SPDX-License-Identifier: Apache-2.0
/**
 * What small models say about large ones: fits of measured quantities against size and learning
 * rate.
 *
 * <p>Runs live: the monitor judges a run's configuration by its earlier runs when the run announces
 * it, and its bands go with the run. The fits themselves are also used offline, by {@code fit}.
 */
package io.foreshock.predictors.scaling;
