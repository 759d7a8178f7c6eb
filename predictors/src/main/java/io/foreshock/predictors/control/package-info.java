// SPDX-License-Identifier: Apache-2.0
/**
 * What a training run can be told to do: the one definition that the monitor, which gives commands,
 * and the trainer, which obeys them, share.
 *
 * <p>Commands travel as JSON. Both ends turn that into a plain {@code Map} at their edge and have
 * it checked here, so that limits and messages are the same wherever a command comes from.
 */
package io.foreshock.predictors.control;
