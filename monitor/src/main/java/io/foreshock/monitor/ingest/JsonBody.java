// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.ingest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import io.foreshock.monitor.wire.Json;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** JSON as Python's clients write it: {@code NaN} and {@code Infinity} may be numbers or texts. */
public final class JsonBody {
  private static final ObjectReader READER =
      Json.MAPPER.reader().with(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS.mappedFeature());

  private JsonBody() {}

  /**
   * Reads an object; an empty body is an empty object.
   *
   * @throws IllegalArgumentException when it is something else
   */
  public static JsonNode read(byte[] body) {
    try {
      JsonNode tree = READER.readTree(new String(body, StandardCharsets.UTF_8));
      if (tree.isMissingNode()) {
        return Json.object();
      }
      if (tree.isObject()) {
        return tree;
      }
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("the body is not JSON: " + e.getOriginalMessage(), e);
    }
    throw new IllegalArgumentException("the body is not a JSON object");
  }

  /** The number that a text is, in any spelling of NaN and infinity; null when it is none. */
  public static @Nullable Double number(String text) {
    switch (text.toLowerCase(Locale.ROOT)) {
      case "nan":
        return Double.NaN;
      case "infinity", "inf", "+inf", "+infinity":
        return Double.POSITIVE_INFINITY;
      case "-infinity", "-inf":
        return Double.NEGATIVE_INFINITY;
      default:
        break;
    }
    try {
      return text.isEmpty() || Character.isLetter(text.charAt(text.length() - 1))
          ? null // Java would accept 1d and 0x1p3
          : (Double) Double.parseDouble(text);
    } catch (NumberFormatException e) {
      return null;
    }
  }
}
