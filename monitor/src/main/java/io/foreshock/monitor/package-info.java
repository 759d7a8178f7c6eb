// SPDX-License-Identifier: Apache-2.0
/**
 * The monitor: a service that receives telemetry, warns of divergence and commands training runs.
 */
package io.foreshock.monitor;
