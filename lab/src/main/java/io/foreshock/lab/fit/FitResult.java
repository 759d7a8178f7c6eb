// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.fit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * The result of a fit in all output formats.
 *
 * @param text the result for people, ending in a line break
 * @param json the keys of the contract and possibly more; {@link Fit} adds {@code warnings}
 * @param csv the rows of the CSV output; the first one names the columns
 * @param plot points, curves and limits
 * @param warnings sentences that a reader has to know before trusting the numbers
 */
record FitResult(
    String text, ObjectNode json, List<List<String>> csv, LogPlot plot, List<String> warnings) {}
