// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.corpus;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What a run may be used for. The test split must not be used while anything is tuned. */
enum Split {
  TRAIN,
  VALIDATION,
  TEST;

  /** A half, a fifth and three tenths, spread as evenly as ten turns allow. */
  private static final Split[] TURNS = {
    TRAIN, TEST, VALIDATION, TRAIN, TRAIN, TEST, TRAIN, VALIDATION, TEST, TRAIN
  };

  /** The split of a turn; any six turns in a row contain all three splits. */
  static Split ofTurn(int turn) {
    return TURNS[Math.floorMod(turn, TURNS.length)];
  }

  /** The name in JSON and in file names. */
  @JsonValue
  String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
