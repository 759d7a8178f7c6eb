// SPDX-License-Identifier: Apache-2.0
/**
 * The {@code corpus} command: trains and labels several hundred runs, healthy and unstable, to
 * which the predictors are fitted and by which they are judged. It also computes runs of many
 * shapes.
 *
 * <pre>
 *  seed ─▶ CorpusPlan ─▶ Workers ─▶ runs/*.lp.gz ─▶ CorpusLabels ─▶ labels-*.json ─▶ Subset
 *           the runs       train-many processes        by hindsight
 *  seed ─▶ Shape ─▶ ShapeCorpus ─▶ runs/shape-*.lp.gz, shapes-*.json
 * </pre>
 */
package io.foreshock.lab.corpus;
