// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.fit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * What a fit answers, in every form it may be asked for.
 *
 * @param text for people, ending in a line break
 * @param json the contract's keys, more may follow; {@code warnings} are added by {@link Fit}
 * @param csv the first row names the columns
 * @param plot points, curves and limits
 * @param warnings what a reader has to know to trust the numbers, a sentence each
 */
record FitResult(
    String text, ObjectNode json, List<List<String>> csv, LogPlot plot, List<String> warnings) {}
