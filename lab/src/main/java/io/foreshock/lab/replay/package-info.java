// SPDX-License-Identifier: Apache-2.0
/** The {@code replay} command: recorded telemetry through the detectors, as fast as it goes. */
package io.foreshock.lab.replay;
