// SPDX-License-Identifier: Apache-2.0
/** The monitor's settings: one YAML file, every key documented, all problems told at once. */
package io.foreshock.monitor.config;
