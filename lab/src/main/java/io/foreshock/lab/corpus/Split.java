// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.corpus;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What a run may be used for. The test part is never looked at while anything is tuned. */
enum Split {
  TRAIN,
  VALIDATION,
  TEST;

  /** Half, a fifth, three tenths, as evenly spread as ten turns allow. */
  private static final Split[] TURNS = {
    TRAIN, TEST, VALIDATION, TRAIN, TRAIN, TEST, TRAIN, VALIDATION, TEST, TRAIN
  };

  /** Whose turn it is; any six turns in a row hold all three. */
  static Split ofTurn(int turn) {
    return TURNS[Math.floorMod(turn, TURNS.length)];
  }

  /** Name in JSON and in file names. */
  @JsonValue
  String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
