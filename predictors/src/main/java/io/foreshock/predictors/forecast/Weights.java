// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.forecast;

/**
 * Weights of the symptoms in the forecast, for one {@link Scope}.
 *
 * @param intercept log odds of a divergence within {@link DivergenceModel#FITTED_HORIZON} steps
 *     without any symptom
 * @param bySymptom added to the log odds for each unit of a symptom, by its ordinal. Never
 *     negative, so that a healthy signal cannot mask a symptom
 * @param warning probability from which the forecast is a warning
 * @param critical probability from which it is critical
 */
public record Weights(double intercept, double[] bySymptom, double warning, double critical) {

  /** These weights with {@code calibration}: intercept and factor of the log odds. */
  public Weights calibrated(double[] calibration) {
    double[] scaled = new double[bySymptom.length];
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] = calibration[1] * bySymptom[i];
    }
    return new Weights(calibration[0] + calibration[1] * intercept, scaled, warning, critical);
  }

  /** Log odds. */
  private double logOdds(double[] symptoms) {
    double sum = intercept;
    for (int i = 0; i < bySymptom.length; i++) {
      sum += bySymptom[i] * symptoms[i];
    }
    return sum;
  }

  /** Probability of a divergence within the fitted horizon. */
  public double probability(double[] symptoms) {
    return 1 / (1 + Math.exp(-logOdds(symptoms)));
  }

  /** How much a symptom adds to the log odds, compared with a healthy run. */
  public double contribution(Symptom symptom, double[] symptoms) {
    int i = symptom.ordinal();
    return bySymptom[i] * (symptoms[i] - symptom.low());
  }
}
