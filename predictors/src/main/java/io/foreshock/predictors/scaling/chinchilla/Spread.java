// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling.chinchilla;

/**
 * How far a fitted value would have come out otherwise.
 *
 * @param standardError standard deviation over the refits
 * @param low 2.5th percentile
 * @param high 97.5th percentile
 */
public record Spread(double standardError, double low, double high) {}
