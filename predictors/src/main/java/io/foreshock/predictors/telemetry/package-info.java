// SPDX-License-Identifier: Apache-2.0
/**
 * What a training run tells: signals, samples, run configuration, and the line protocol that
 * carries them. The only package that trainer and monitor share.
 */
package io.foreshock.predictors.telemetry;
