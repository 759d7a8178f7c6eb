// SPDX-License-Identifier: Apache-2.0
/** Fits the forecast's model to labelled runs, and says how well it did on others. */
package io.foreshock.predictors.fitting;
