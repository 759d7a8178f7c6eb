// SPDX-License-Identifier: Apache-2.0
/**
 * Trains many runs in {@code train-many} processes, one for each core, and keeps their telemetry.
 */
package io.foreshock.lab.runner;
