// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording.format.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * JSON as training programs write it: NaN and infinities are no texts, and numbers are as printed.
 */
final class JsonText {
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .enable(JsonReadFeature.ALLOW_LEADING_PLUS_SIGN_FOR_NUMBERS)
          .enable(JsonReadFeature.ALLOW_LEADING_ZEROS_FOR_NUMBERS)
          .enable(JsonReadFeature.ALLOW_LEADING_DECIMAL_POINT_FOR_NUMBERS)
          .enable(JsonReadFeature.ALLOW_TRAILING_DECIMAL_POINT_FOR_NUMBERS)
          .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
          .build();

  private static final ObjectMapper MAPPER = new JsonMapper(FACTORY);

  private static final Set<String> WORDS =
      Set.of("true", "false", "null", "NaN", "Infinity", "-Infinity", "+Infinity");

  private JsonText() {}

  /** A parser of a whole text. */
  static JsonParser parser(byte[] bytes, int from, int to) throws IOException {
    JsonParser parser = FACTORY.createParser(bytes, from, to - from);
    parser.setCodec(MAPPER);
    return parser;
  }

  /** What is wrong with a text, without what a reader of logs does not want to know. */
  static String reason(IOException e) {
    String message =
        e instanceof JsonParseException parse ? parse.getOriginalMessage() : e.getMessage();
    return "no JSON: " + (message == null ? e.toString() : message.lines().findFirst().orElse(""));
  }

  /** Returns the text with quotes around words that JSON does not have, such as {@code nan}. */
  static byte[] withWordsQuoted(byte[] bytes, int from, int to) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(to - from + 16);
    int i = from;
    while (i < to) {
      int end = bytes[i] == '"' ? afterText(bytes, i, to) : afterWord(bytes, i, to);
      boolean word = bytes[i] != '"' && end > i;
      end = Math.max(end, i + 1);
      String text = word ? new String(bytes, i, end - i, StandardCharsets.UTF_8) : "";
      boolean unknown = word && !WORDS.contains(text) && !isNumber(text);
      if (unknown && text.equals("None")) {
        out.writeBytes("null".getBytes(StandardCharsets.UTF_8));
      } else {
        if (unknown) {
          out.write('"');
        }
        out.write(bytes, i, end - i);
        if (unknown) {
          out.write('"');
        }
      }
      i = end;
    }
    return out.toByteArray();
  }

  private static boolean isNumber(String text) {
    char first = text.charAt(0);
    return (Character.isDigit(first) || "+-.".indexOf(first) >= 0)
        && text.indexOf('#') < 0
        && !text.matches("[-+][a-zA-Z].*");
  }

  private static int afterText(byte[] bytes, int from, int to) {
    int i = from + 1;
    while (i < to && bytes[i] != '"') {
      i += bytes[i] == '\\' ? 2 : 1;
    }
    return Math.min(i + 1, to);
  }

  private static int afterWord(byte[] bytes, int from, int to) {
    int i = from;
    while (i < to && (Character.isLetterOrDigit(bytes[i]) || "+-.#_".indexOf(bytes[i]) >= 0)) {
      i++;
    }
    return i;
  }
}
