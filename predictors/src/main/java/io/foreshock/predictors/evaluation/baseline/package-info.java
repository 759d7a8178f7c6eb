// SPDX-License-Identifier: Apache-2.0
/**
 * The rules of other tools with which Foreshock is compared, exactly as they are published,
 * including windows, warm-ups and the effect of non-finite values.
 *
 * <p>Runs offline only: for scoreboards.
 */
package io.foreshock.predictors.evaluation.baseline;
