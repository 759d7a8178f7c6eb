// SPDX-License-Identifier: Apache-2.0
/**
 * Running statistics that survive training runs: robust against spikes, aware of irregular step
 * spacing, resettable and saveable. They never see a non-finite value: callers hand in finite
 * numbers only.
 *
 * <p>Runs live, except {@link io.foreshock.predictors.stats.Share}, which only the scoreboards and
 * the fits use.
 */
package io.foreshock.predictors.stats;
