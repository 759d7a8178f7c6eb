// SPDX-License-Identifier: Apache-2.0
/** Reads recorded files and replays their runs through the predictors. */
package io.foreshock.lab.recording;
