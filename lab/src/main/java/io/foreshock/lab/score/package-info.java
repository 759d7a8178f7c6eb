// SPDX-License-Identifier: Apache-2.0
/** The scoreboard: predictors and rules judged by recorded runs whose end is known. */
package io.foreshock.lab.score;
