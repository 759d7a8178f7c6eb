// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling.chinchilla;

/**
 * The spread of a fitted value over refits.
 *
 * @param standardError standard deviation over the refits
 * @param low 2.5th percentile
 * @param high 97.5th percentile
 */
public record Spread(double standardError, double low, double high) {}
