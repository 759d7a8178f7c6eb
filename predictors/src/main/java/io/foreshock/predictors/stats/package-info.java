// SPDX-License-Identifier: Apache-2.0
/**
 * Running statistics that survive training runs: robust against spikes, blind to non-finite values
 * by contract (callers hand in finite numbers only), aware of irregular step spacing, resettable
 * and saveable.
 */
package io.foreshock.predictors.stats;
