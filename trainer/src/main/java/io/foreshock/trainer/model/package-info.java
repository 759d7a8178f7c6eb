// SPDX-License-Identifier: Apache-2.0
/**
 * A decoder-only transformer on bare NDArrays: its shape, its parameters as one flat vector, and
 * the forward pass. It knows nothing of optimizers, telemetry or files; whoever wants to look
 * inside implements {@link io.foreshock.trainer.model.LogitTap}.
 *
 * <p><b>A rule.</b> A recorded product or power takes an array that lives as long as the step,
 * never a Java number: DJL makes an array of the number and gives its memory back at once, while
 * the backward pass still reads it, so that a garbage collection in between makes the gradient
 * garbage.
 */
package io.foreshock.trainer.model;
