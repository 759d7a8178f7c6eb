// SPDX-License-Identifier: Apache-2.0
/**
 * Compute-optimal scaling: how the loss falls with parameters and tokens, and how a budget of FLOPs
 * is best split between them. It has the three approaches of Hoffmann et al. 2022, with the caveats
 * that Besiroglu et al. 2024, Porian et al. 2024 and Pearce and Song 2024 added.
 *
 * <pre>
 *   Observation… ─► Observations ─┬─► Envelope        (approach 1) ─► Frontier ──┐
 *                   (checked)     ├─► IsoFlop         (approach 2) ─► Frontier ──┼─► Allocation
 *                                 ├─► ParametricFit   (approach 3) ─► LossSurface┘
 *                                 └─► Caveats, Influence            ─► Caveat…
 * </pre>
 *
 * <p>Runs offline only: {@code fit chinchilla} uses it, the monitor does not.
 */
package io.foreshock.predictors.scaling.chinchilla;
