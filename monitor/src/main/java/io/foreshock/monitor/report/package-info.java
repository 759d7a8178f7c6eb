// SPDX-License-Identifier: Apache-2.0
/**
 * The post-mortem of a run as HTML, Markdown and JSON: the episodes that {@code
 * predictors.postmortem} found, the warnings before them, the commands and their effects.
 *
 * <pre>
 *   StoredRun (store) ─────┐
 *                          ├─▶ RunReport ─▶ ReportHtml (with SVG plots) | ReportMarkdown | ReportJson
 *   RecordedRun (.lp) ─────┘
 * </pre>
 *
 * <p>Public for the laboratory's pages and plots too: {@code Page}, {@code Html}, {@code Svg},
 * {@code Axis} and {@code Figures}.
 */
package io.foreshock.monitor.report;
