// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.control;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.predictors.online.Alarm;
import java.util.List;
import java.util.function.Function;

/**
 * The facts about a run that decide which commands it gets.
 *
 * @param segment live segment
 * @param lastStep newest step of the live segment
 * @param batchOffset batch index minus step, as last reported; 0 when batches are not reported
 * @param open newest alarm of each open incident
 * @param commands all commands so far, oldest first
 * @param evidence returns an alarm's JSON; the caller must not change it
 */
public record RunFacts(
    String run,
    int segment,
    long lastStep,
    long batchOffset,
    List<Alarm> open,
    List<Command> commands,
    Function<Alarm, JsonNode> evidence) {}
