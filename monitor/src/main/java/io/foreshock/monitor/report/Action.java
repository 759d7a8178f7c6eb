// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A command that was given to the run, and its effect.
 *
 * @param step the run's step when it was given
 * @param done step at which the training run acknowledged it; empty before
 * @param incident the incident that it answers; null when a person gave it
 * @param effect one sentence
 */
record Action(
    long id,
    String command,
    JsonNode arguments,
    String status,
    long step,
    OptionalLong done,
    String reason,
    @Nullable String incident,
    String effect) {}
