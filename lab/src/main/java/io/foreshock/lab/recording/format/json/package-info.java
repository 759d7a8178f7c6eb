// SPDX-License-Identifier: Apache-2.0
/** JSON objects one after another, and Hugging Face's trainer state. */
@org.jspecify.annotations.NullMarked
package io.foreshock.lab.recording.format.json;
