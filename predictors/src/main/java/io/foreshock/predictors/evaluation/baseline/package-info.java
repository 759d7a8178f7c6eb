// SPDX-License-Identifier: Apache-2.0
/**
 * The rules of other tools that Foreshock is measured against, exactly as they are published:
 * windows, warm-ups, and what a non-finite value does to them included.
 *
 * <p>Runs offline only: for scoreboards.
 */
package io.foreshock.predictors.evaluation.baseline;
