// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.forecast;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Probability that a run diverges soon, from its {@link Symptom}s.
 *
 * <p><b>Definition.</b> One logistic model for each {@link Scope} from which a divergence can be
 * foreseen: p = 1 / (1 + exp(−α − Σ βⱼ xⱼ)) is the probability of an onset within {@value
 * #FITTED_HORIZON} steps. For another horizon H the hazard is assumed constant: p_H = 1 − (1 −
 * p)^(H / {@value #FITTED_HORIZON}).
 *
 * <p><b>File.</b> {@code scope,term,value} a line, where term is a symptom, {@code intercept},
 * {@code warning} or {@code critical}; lines with {@code #} describe how it was made. {@code
 * ./foreshock corpus --fit} writes the shipped one, and {@code docs/model-card.md} describes it.
 *
 * <p><b>Threads.</b> Immutable. <b>Source.</b> Our own; logistic regression, Cox 1958.
 */
public final class DivergenceModel {
  /**
   * Horizon of the fit, steps. The labels and the shipped weights hold for this number only:
   * another one needs another fit ({@code ./foreshock corpus --fit}).
   */
  public static final int FITTED_HORIZON = 200;

  private static final String SHIPPED = "divergence-model.csv";
  private static final String INTERCEPT = "intercept";
  private static final String WARNING = "warning";
  private static final String CRITICAL = "critical";

  /** By the scope's number; null where a divergence cannot be foreseen. */
  private final @Nullable Weights[] weights = new Weights[Scope.all().size()];

  /** A model with these weights; it forecasts nothing for scopes without any. */
  public DivergenceModel(Map<Scope, Weights> byScope) {
    byScope.forEach((scope, of) -> weights[scope.number()] = of);
  }

  /** The model that is shipped with the program. */
  public static DivergenceModel shipped() {
    return Shipped.MODEL;
  }

  /**
   * The weights for the signals that a run sends; null where a divergence cannot be foreseen from
   * them.
   */
  public @Nullable Weights weights(Scope scope) {
    return weights[scope.number()];
  }

  /** Converts a probability within the fitted horizon to one within another horizon. */
  public static double within(double probability, int horizonSteps) {
    return 1 - Math.pow(1 - probability, (double) horizonSteps / FITTED_HORIZON);
  }

  /**
   * Reads a model.
   *
   * @throws IllegalArgumentException when the text is no model; the message names the line and what
   *     was expected
   */
  public static DivergenceModel parse(String text) {
    Map<Scope, Map<String, Double>> terms = new LinkedHashMap<>();
    int number = 0;
    for (String line : text.split("\n", -1)) {
      number++;
      if (!line.isBlank() && line.charAt(0) != '#' && !line.startsWith("scope,")) {
        read(line.strip(), number, terms);
      }
    }
    Map<Scope, Weights> weights = new HashMap<>();
    terms.forEach((scope, of) -> weights.put(scope, weights(scope, of)));
    return new DivergenceModel(weights);
  }

  /** Returns the model as text that {@link #parse} reads; weights of 0 are left out. */
  public String text() {
    StringBuilder text = new StringBuilder("scope,term,value\n");
    for (Scope scope : Scope.all()) {
      Weights of = weights(scope);
      if (of != null) {
        line(text, scope, INTERCEPT, of.intercept());
        line(text, scope, WARNING, of.warning());
        line(text, scope, CRITICAL, of.critical());
        for (Symptom symptom : Symptom.values()) {
          double weight = of.bySymptom()[symptom.ordinal()];
          if (weight != 0) {
            line(text, scope, symptom.wireName(), weight);
          }
        }
      }
    }
    return text.toString();
  }

  private static void line(StringBuilder text, Scope scope, String term, double value) {
    text.append(String.format(Locale.ROOT, "%s,%s,%.4f%n", scope.wireName(), term, value));
  }

  private static void read(String line, int number, Map<Scope, Map<String, Double>> terms) {
    String[] parts = line.split(",", -1);
    Scope scope;
    double value;
    try {
      scope = Scope.named(parts[0]);
      value = parts.length == 3 ? Double.parseDouble(parts[2]) : Double.NaN;
    } catch (IllegalArgumentException e) {
      throw bad(line, number, "expected scope,term,value", e);
    }
    if (!Double.isFinite(value)) {
      throw bad(line, number, "expected scope,term,value", null);
    }
    if (terms.computeIfAbsent(scope, s -> new HashMap<>()).put(parts[1], value) != null) {
      throw bad(line, number, "the term occurs twice", null);
    }
  }

  private static IllegalArgumentException bad(
      String line, int number, String problem, @Nullable Exception cause) {
    return new IllegalArgumentException("line " + number + ": " + line + ": " + problem, cause);
  }

  private static Weights weights(Scope scope, Map<String, Double> terms) {
    Map<String, Double> left = new HashMap<>(terms);
    double intercept = required(left, scope, INTERCEPT);
    double warning = required(left, scope, WARNING);
    double critical = required(left, scope, CRITICAL);
    double[] bySymptom = new double[Symptom.COUNT];
    for (Symptom symptom : Symptom.values()) {
      Double weight = left.remove(symptom.wireName());
      bySymptom[symptom.ordinal()] = weight == null ? 0 : weight;
    }
    if (!left.isEmpty()) {
      throw new IllegalArgumentException(
          scope.wireName() + ": " + left.keySet() + ": no such symptom");
    }
    if (Arrays.stream(bySymptom).anyMatch(weight -> weight < 0)) {
      throw new IllegalArgumentException(scope.wireName() + ": expected weights of at least 0");
    }
    if (!(warning > 0 && warning <= critical && critical <= 1)) {
      throw new IllegalArgumentException(
          scope.wireName()
              + ": warning = "
              + warning
              + ", critical = "
              + critical
              + ": expected 0 < warning ≤ critical ≤ 1");
    }
    return new Weights(intercept, bySymptom, warning, critical);
  }

  private static double required(Map<String, Double> terms, Scope scope, String term) {
    Double value = terms.remove(term);
    if (value == null) {
      throw new IllegalArgumentException(scope.wireName() + ": expected the term " + term);
    }
    return value;
  }

  /** Holds the shipped model, which is read when it is first needed. */
  private static final class Shipped {
    private static final DivergenceModel MODEL = read();

    private static DivergenceModel read() {
      try (InputStream in = DivergenceModel.class.getResourceAsStream(SHIPPED)) {
        if (in == null) {
          throw new IllegalStateException("resource " + SHIPPED + ": not found");
        }
        return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
      } catch (IOException e) {
        throw new UncheckedIOException(SHIPPED, e);
      }
    }
  }
}
