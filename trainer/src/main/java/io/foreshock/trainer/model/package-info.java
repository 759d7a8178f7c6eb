// SPDX-License-Identifier: Apache-2.0
/**
 * A decoder-only transformer on bare NDArrays: its shape, its parameters as one flat vector, and
 * the forward pass. It does not depend on optimizers, telemetry or files. Code that reads its inner
 * values implements {@link io.foreshock.trainer.model.LogitTap}.
 *
 * <p><b>A rule.</b> The factor of a recorded product or power must be an array that lives as long
 * as the step, never a Java number. DJL makes an array of the number and frees its memory at once,
 * while the backward pass still reads it, so a garbage collection in between makes the gradient
 * wrong.
 */
package io.foreshock.trainer.model;
