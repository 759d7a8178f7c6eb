// SPDX-License-Identifier: Apache-2.0
/** AdamW with moments of its own, learning-rate schedules and gradient clipping. */
package io.foreshock.trainer.optimizer;
