// SPDX-License-Identifier: Apache-2.0
/**
 * The {@code corpus} command: some hundred labelled training runs, healthy and not, that the
 * predictors are fitted to and judged by.
 *
 * <pre>
 *  seed ─▶ CorpusPlan ─▶ Workers ─▶ runs/*.lp.gz ─▶ CorpusLabels ─▶ labels-*.json ─▶ Subset
 *           what to run    train-many processes        by hindsight
 * </pre>
 */
package io.foreshock.lab.corpus;
