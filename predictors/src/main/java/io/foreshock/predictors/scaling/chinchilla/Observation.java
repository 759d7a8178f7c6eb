// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling.chinchilla;

/**
 * The loss of one model after some tokens.
 *
 * @param row number of its row in the table, for messages; above 0
 * @param parameters N, a count (not millions): 100 to 1e16
 * @param tokens D, a count: 100 to 1e18
 * @param loss nats per token, above 0 and at most {@value #MOST_LOSS}
 * @param scheduleTokens tokens at which the learning-rate schedule of its run ends; NaN when
 *     unknown
 * @throws FitException where a value is out of its range
 */
public record Observation(
    int row, double parameters, double tokens, double loss, double scheduleTokens) {
  private static final double LEAST_COUNT = 100;
  private static final double MOST_PARAMETERS = 1e16;
  private static final double MOST_TOKENS = 1e18;
  private static final double MOST_LOSS = 100;

  public Observation {
    count(row, "parameters", parameters, MOST_PARAMETERS);
    count(row, "tokens", tokens, MOST_TOKENS);
    if (!(loss > 0 && loss <= MOST_LOSS)) {
      throw FitException.at(row, "loss", loss, "nats per token, above 0 and at most 100");
    }
    if (!Double.isNaN(scheduleTokens)) {
      count(row, "schedule_tokens", scheduleTokens, MOST_TOKENS);
    }
  }

  /** An observation whose schedule is unknown. */
  public Observation(int row, double parameters, double tokens, double loss) {
    this(row, parameters, tokens, loss, Double.NaN);
  }

  /** C = 6ND. */
  public double flops() {
    return 6 * parameters * tokens;
  }

  private static void count(int row, String column, double value, double most) {
    if (!(value >= LEAST_COUNT && value <= most)) {
      throw FitException.at(row, column, value, "a count from 100 to " + most);
    }
  }
}
