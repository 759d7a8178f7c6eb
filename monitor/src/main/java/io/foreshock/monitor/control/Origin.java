// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.control;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * Why a command is given.
 *
 * @param reason one plain sentence
 * @param incident the incident that it answers; null when a person gave it
 * @param evidence the alarm and the budget that led to it; null when a person gave it
 */
public record Origin(String reason, @Nullable String incident, @Nullable JsonNode evidence) {}
