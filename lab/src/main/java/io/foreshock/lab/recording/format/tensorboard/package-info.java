// SPDX-License-Identifier: Apache-2.0
/** TensorBoard's event files. */
@org.jspecify.annotations.NullMarked
package io.foreshock.lab.recording.format.tensorboard;
