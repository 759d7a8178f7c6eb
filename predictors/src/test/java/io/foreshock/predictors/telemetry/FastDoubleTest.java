// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FastDoubleTest {
  @Test
  void agreesWithTheJdkOnEveryDoubleItPrints() {
    Random random = new Random(42);
    for (int i = 0; i < 200_000; i++) {
      double value = Double.longBitsToDouble(random.nextLong());
      if (Double.isFinite(value)) {
        check(Double.toString(value));
        check(Float.toString(random.nextFloat()));
      }
    }
  }

  @Test
  void agreesWithTheJdkOnRandomDecimals() {
    Random random = new Random(43);
    for (int i = 0; i < 200_000; i++) {
      check(decimal(random));
      check(String.format(Locale.ROOT, "%.6g", Math.exp(random.nextGaussian() * 20)));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "-0",
        "-0.0",
        "+1",
        "1.",
        ".5",
        "-.5",
        "1e22",
        "1e23",
        "9007199254740993",
        "1e-22",
        "123456789012345678",
        "1234567890123456789",
        "0.000000000000000000001",
        "4.9e-324",
        "1e400",
        "-1e400",
        "1e-400",
        "1E5",
        "1e+5",
        "1e05",
        "1e005",
        "1e0005",
        "9007199254740992e22",
        "0e999",
        "0.00000000000000000000000000000000000001e40"
      })
  void agreesWithTheJdkAtTheEdges(String text) {
    check(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-",
        "+",
        ".",
        "e",
        "e5",
        "-.",
        "1e",
        "1e+",
        "1e5.5",
        "1.2.3",
        "1-",
        "--1",
        "0x1p3",
        "1d",
        "1f",
        "NaN",
        "Infinity",
        "1_000",
        " 1",
        "1 ",
        "é"
      })
  void whatIsNoNumberIsNaN(String text) {
    byte[] bytes = ("x" + text + "9").getBytes(StandardCharsets.UTF_8);
    if (!text.isEmpty()) {
      assertTrue(Double.isNaN(FastDouble.parse(bytes, 1, bytes.length - 1)), text);
    }
  }

  private static String decimal(Random random) {
    StringBuilder text = new StringBuilder(random.nextBoolean() ? "-" : "");
    int digits = 1 + random.nextInt(21);
    int dot = random.nextInt(digits + 2);
    for (int i = 0; i < digits; i++) {
      text.append(i == dot ? "." : "").append((char) ('0' + random.nextInt(10)));
    }
    if (random.nextInt(3) == 0) {
      text.append(random.nextBoolean() ? 'e' : 'E').append(random.nextInt(80) - 40);
    }
    return text.toString();
  }

  private static void check(String text) {
    byte[] bytes = (";" + text + ";").getBytes(StandardCharsets.US_ASCII);
    double parsed = FastDouble.parse(bytes, 1, bytes.length - 1);
    assertEquals(
        Double.doubleToRawLongBits(Double.parseDouble(text)),
        Double.doubleToRawLongBits(parsed),
        text);
  }
}
