// SPDX-License-Identifier: Apache-2.0
/**
 * Shapes: runs that are computed, not trained, with the noise and the changes that public training
 * logs have and small trained runs lack.
 *
 * <pre>
 *  seed ─▶ Shape ─▶ Sketch ─▶ ShapeRun ─▶ line protocol
 *          a maker  loss,     rows and
 *          per shape norm, η  the truth
 * </pre>
 */
package io.foreshock.lab.corpus.shape;
