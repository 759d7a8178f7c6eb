// SPDX-License-Identifier: Apache-2.0
/** Conditions on one number over time, as people write them in rules of their own. */
package io.foreshock.predictors.rule;
