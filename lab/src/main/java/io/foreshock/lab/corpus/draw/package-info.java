// SPDX-License-Identifier: Apache-2.0
/** Seeded random draws, from which the plans of trained runs and the shapes of runs follow. */
package io.foreshock.lab.corpus.draw;
