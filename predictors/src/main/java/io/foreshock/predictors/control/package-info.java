// SPDX-License-Identifier: Apache-2.0
/**
 * The commands that a training run obeys. The monitor, which sends them, and the trainer, which
 * carries them out, share this one definition.
 *
 * <p>Commands travel as JSON. Both sides read it into a plain {@code Map} and check it here, so
 * that limits and messages are the same wherever a command comes from.
 */
package io.foreshock.predictors.control;
