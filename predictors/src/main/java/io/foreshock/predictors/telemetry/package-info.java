// SPDX-License-Identifier: Apache-2.0
/**
 * What a training run sends: signals, samples, run configuration, segments, and the line protocol
 * that carries them. The only package that trainer and monitor share.
 *
 * <p>Runs live: in the monitor for every line, and in the trainer for every step.
 */
package io.foreshock.predictors.telemetry;
