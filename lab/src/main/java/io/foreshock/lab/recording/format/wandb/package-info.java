// SPDX-License-Identifier: Apache-2.0
/** W&B's local files. */
@org.jspecify.annotations.NullMarked
package io.foreshock.lab.recording.format.wandb;
