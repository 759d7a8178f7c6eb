// SPDX-License-Identifier: Apache-2.0
/**
 * A decoder-only transformer on bare NDArrays: its shape, its parameters as one flat vector, and
 * the forward pass. It knows nothing of optimizers, telemetry or files; whoever wants to look
 * inside implements {@link io.foreshock.trainer.model.LogitTap}.
 */
package io.foreshock.trainer.model;
