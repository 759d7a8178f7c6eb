// SPDX-License-Identifier: Apache-2.0
/** The settings of other people's programs, as fields of a {@code run_config}. */
@org.jspecify.annotations.NullMarked
package io.foreshock.lab.recording.settings;
