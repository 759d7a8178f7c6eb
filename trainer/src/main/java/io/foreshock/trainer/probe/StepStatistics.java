// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.probe;

import io.foreshock.predictors.telemetry.Sample;
import java.util.List;

/**
 * A step's telemetry.
 *
 * @param step the line {@code train_step}
 * @param layers the lines {@code train_layer}, in the layout's order
 */
public record StepStatistics(Sample step, List<Sample> layers) {}
