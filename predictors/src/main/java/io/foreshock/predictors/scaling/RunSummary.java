// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling;

import io.foreshock.predictors.telemetry.RunConfig;
import java.util.Map;

/**
 * What a run has shown that others of its kind can be judged by.
 *
 * @param run its name
 * @param config what it announced
 * @param lastStep newest step
 * @param diverged whether it left its course ({@link Summarizer})
 * @param milestones each signal by {@link Milestones}; NaN where it was not measured
 */
public record RunSummary(
    String run,
    RunConfig config,
    long lastStep,
    boolean diverged,
    Map<TrendSignal, double[]> milestones) {}
