// SPDX-License-Identifier: Apache-2.0
/**
 * The statistics of a step: reduced to scalars on the device of the tensors, moved to the host in
 * one transfer, and named there as signals of the telemetry.
 */
package io.foreshock.trainer.probe;
