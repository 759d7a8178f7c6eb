// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording.format.text;

import java.util.function.BiConsumer;
import java.util.function.Predicate;

/**
 * A training program whose lines are known.
 *
 * @param name of the program
 * @param example a line of it
 * @param wrote whether it wrote a line
 * @param mend changes what the line seems to say into what it means
 */
record Program(
    String name,
    String example,
    Predicate<TextRecord> wrote,
    BiConsumer<TextRecord, LogSoFar> mend) {}
