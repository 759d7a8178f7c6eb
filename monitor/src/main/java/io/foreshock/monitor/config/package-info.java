// SPDX-License-Identifier: Apache-2.0
/** The monitor's settings in one YAML file; a bad file is refused with all its problems. */
package io.foreshock.monitor.config;
