// SPDX-License-Identifier: Apache-2.0
/** Judging by hindsight: when a run really left its course, and how early that was foreseen. */
package io.foreshock.predictors.evaluation;
