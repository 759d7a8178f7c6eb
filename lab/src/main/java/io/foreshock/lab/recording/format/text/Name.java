// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording.format.text;

/**
 * What stands before a number in a line.
 *
 * @param text as it is passed on
 * @param normal lower case, with {@code _} for {@code / . -} and blanks
 * @param rank of the names of one line for a step, the lowest is used
 * @param ofEvaluation whether a word of it is of evaluations
 */
record Name(String text, String normal, Kind kind, int rank, boolean ofEvaluation) {
  /** What a number is for. */
  enum Kind {
    /** It counts optimizer steps, or what stands for them. */
    STEP,
    EPOCH,
    RANK,
    /** It shows how training goes. */
    SIGNAL,
    /** The contract has it, but it does not show on its own how training goes. */
    BOOKKEEPING,
    EVALUATION,
    OTHER
  }

  boolean is(Kind expected) {
    return kind == expected;
  }
}
