// SPDX-License-Identifier: Apache-2.0
/**
 * The statistics of a step: reduced to scalars where the tensors lie, brought to the host in one
 * transfer, and named there as the telemetry's signals.
 */
package io.foreshock.trainer.probe;
