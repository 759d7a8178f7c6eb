// SPDX-License-Identifier: Apache-2.0
/** What small models tell of large ones: fits of measured quantities against size and rate. */
package io.foreshock.predictors.scaling;
