// SPDX-License-Identifier: Apache-2.0
/** Recorded files, their lines, and runs played back from them through the predictors. */
package io.foreshock.lab.recording;
