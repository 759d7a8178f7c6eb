// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.sweep;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A column of the results; docs/sweep.md describes each. */
enum Column {
  RUN("VARCHAR", row -> row.cell().run()),
  VARIANT("VARCHAR", row -> row.cell().variant()),
  LAYERS("BIGINT", row -> row.cell().size().layers()),
  HEADS("BIGINT", row -> row.cell().size().heads()),
  WIDTH("BIGINT", row -> row.cell().size().width()),
  PARAMETERS("BIGINT", row -> row.cost().parameters()),
  PARAMETERS_TOTAL("BIGINT", row -> row.cost().parametersTotal()),
  LEARNING_RATE("DOUBLE", row -> row.cell().learningRate()),
  SEED("BIGINT", row -> row.cell().seed()),
  STEPS("BIGINT", row -> row.cell().steps()),
  TOKENS("BIGINT", row -> row.cost().tokens()),
  FLOPS("DOUBLE", row -> row.cost().flops()),
  STATUS("VARCHAR", row -> row.status().wireName()),
  INITIAL_LOSS("DOUBLE", row -> row.measured().initialLoss()),
  LOSS("DOUBLE", row -> row.measured().loss()),
  ATTENTION_LOGIT_MAX("DOUBLE", row -> row.measured().attentionLogitMax()),
  ATTENTION_LOGIT_STEP("BIGINT", row -> row.measured().attentionLogitStep()),
  ATTENTION_LOGIT_MAX_RUN("DOUBLE", row -> row.measured().attentionLogitMaxRun()),
  GRAD_RMS("DOUBLE", row -> row.measured().gradRms()),
  LOG_Z_MEAN("DOUBLE", row -> row.measured().logZMean()),
  SECONDS("DOUBLE", row -> row.cost().seconds());

  private final String type;
  private final Function<CellResult, Object> value;

  Column(String type, Function<CellResult, Object> value) {
    this.type = type;
    this.value = value;
  }

  String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The value of a row: a text, a whole number, a Double that may be non-finite, or null. */
  @Nullable Object of(CellResult row) {
    return value.apply(row);
  }

  /** The SQL types by column name, in order. */
  static Map<String, String> types() {
    Map<String, String> types = new LinkedHashMap<>();
    for (Column column : values()) {
      types.put(column.wireName(), column.type);
    }
    return types;
  }
}
