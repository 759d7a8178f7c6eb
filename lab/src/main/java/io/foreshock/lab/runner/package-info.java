// SPDX-License-Identifier: Apache-2.0
/** Has many runs trained by {@code train-many} processes, one a core, and keeps their telemetry. */
package io.foreshock.lab.runner;
