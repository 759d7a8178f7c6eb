// SPDX-License-Identifier: Apache-2.0
/** The {@code replay} command: sends recorded telemetry through the detectors. */
package io.foreshock.lab.replay;
