// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LineParserTest {
  private final LineParser parser = new LineParser();
  private final Point point = new Point();

  @Test
  void readsMeasurementTagsFieldsAndTime() throws MalformedLineException {
    parse("train_step,run=a,host=b step=5i,loss=1.5,flag=true,text=\"x y\" 1790300000000000000");
    assertEquals("train_step", point.measurement());
    assertEquals("a", point.tag("run"));
    assertEquals("b", point.tag("host"));
    assertEquals(Map.of("step", 5L, "loss", 1.5, "flag", true, "text", "x y"), point.fields());
    assertEquals(1790300000000000000L, point.timestamp());
  }

  @Test
  void timeMayBeMissingOrNegative() throws MalformedLineException {
    parse("m,run=a f=1");
    assertFalse(point.hasTime());
    parse("m,run=a f=1 -5");
    assertTrue(point.hasTime());
    assertEquals(-5, point.timestamp());
    parse("m,run=a f=1 " + Long.MAX_VALUE);
    assertEquals(Long.MAX_VALUE, point.timestamp());
  }

  @Test
  void unescapesNamesAndTexts() throws MalformedLineException {
    parse("my\\ m\\,x,run=a\\ b\\=c\\,d f\\ 1=\"say \\\"hi\\\" \\\\ there, a=b\" 1");
    assertEquals("my m,x", point.measurement());
    assertEquals("a b=c,d", point.tag("run"));
    assertEquals("say \"hi\" \\ there, a=b", point.text(point.field("f 1")));
  }

  @Test
  void aBackslashBeforeAQuoteThatWasEscapedItselfStays() throws MalformedLineException {
    parse("m,run=a f=\"C:\\\\\",g=\"\\\\\\\"\" 1");
    assertEquals("C:\\", point.text(point.field("f")));
    assertEquals("\\\"", point.text(point.field("g")));
  }

  @Test
  void aBackslashThatEscapesNothingStays() throws MalformedLineException {
    parse("m,run=a\\b f=\"x\\ny\" 1");
    assertEquals("a\\b", point.tag("run"));
    assertEquals("x\\ny", point.text(0));
  }

  @Test
  void textMayContainLineBreaksAndTheNextLineFollows() throws MalformedLineException {
    byte[] bytes = "m,run=a f=\"one\ntwo\" 1\nn,run=b g=2 2\n".getBytes(StandardCharsets.UTF_8);
    int next = parser.parse(bytes, 0, bytes.length, point);
    assertEquals("one\ntwo", point.text(0));
    next = parser.parse(bytes, next, bytes.length, point);
    assertEquals("n", point.measurement());
    assertEquals(bytes.length, next);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"m,run=a f=1 7\r\n", "m,run=a f=1 7\n", "m,run=a f=1 7 \r\n", "m,run=a f=1  7"})
  void lineEndsMayBeAnyOfTheUsual(String line) throws MalformedLineException {
    assertEquals(line.length(), parse(line));
    assertEquals(7, point.timestamp());
    assertEquals(1, point.number(0));
  }

  @Test
  void carriageReturnAfterFieldsIsNoPartOfThem() throws MalformedLineException {
    parse("m,run=a f=1\r\n");
    assertEquals(1, point.number(0));
    parse("m,run=a f=true\r\n");
    assertEquals(Point.FieldType.BOOLEAN, point.fieldType(0));
  }

  @ParameterizedTest
  @CsvSource({
    "NaN,NaN",
    "nan,NaN",
    "inf,Infinity",
    "-inf,-Infinity",
    "+Inf,Infinity",
    "Infinity,Infinity",
    "-NAN,NaN",
    "+nan,NaN",
    "INFINITY,Infinity",
    "-INFINITY,-Infinity"
  })
  void nonFiniteFloatsAreTaken(String text, double expected) throws MalformedLineException {
    parse("m,run=a f=" + text);
    assertEquals(expected, point.number(0));
  }

  @ParameterizedTest
  @CsvSource({
    "0i,0",
    "-1i,-1",
    "5u,5",
    "9223372036854775807u,9223372036854775807",
    "9223372036854775807i,9223372036854775807",
    "-9223372036854775808i,-9223372036854775808",
    "999999999999999999i,999999999999999999"
  })
  void integersAreExact(String text, long expected) throws MalformedLineException {
    parse("m,run=a f=" + text);
    assertEquals(Point.FieldType.INTEGER, point.fieldType(0));
    assertEquals(expected, point.integer(0));
  }

  @ParameterizedTest
  @CsvSource({
    "9223372036854775808u,9223372036854775808",
    "18446744073709551615u,18446744073709551615"
  })
  void unsignedIntegersBeyondALongAreFloats(String text, double expected)
      throws MalformedLineException {
    parse("m,run=a f=" + text);
    assertEquals(Point.FieldType.FLOAT, point.fieldType(0));
    assertEquals(expected, point.number(0));
  }

  @Test
  void aTagThatIsThereTwiceIsFoundAmongAnyNumberOfTags() throws MalformedLineException {
    StringBuilder tags = new StringBuilder();
    for (int i = 0; i < 100_000; i++) {
      tags.append(",k").append(i).append("=v");
    }
    parse("m" + tags + " f=1");
    assertEquals(100_000, point.tagCount());
    assertThrows(MalformedLineException.class, () -> parse("m" + tags + ",k7=v f=1"));
  }

  @Test
  void escapedCommasAndEqualsSignsBelongToNames() throws MalformedLineException {
    parse("m,run=a\\=b,k\\,1=v loss\\,grad\\=norm=1.2");
    assertEquals("a=b", point.tag("run"));
    assertEquals("v", point.tag("k,1"));
    assertEquals("loss,grad=norm", point.fieldKey(0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"t", "T", "true", "True", "TRUE", "f", "F", "false", "False", "FALSE"})
  void booleansAreAllTheUsualForms(String text) throws MalformedLineException {
    parse("m,run=a f=" + text);
    assertEquals(Character.toLowerCase(text.charAt(0)) == 't' ? 1 : 0, point.integer(0));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "m|expected ' ' before the fields",
        "m,run=a|expected ' ' before the fields",
        "m,run f=1|expected '=' after tag key 'run'",
        "m,run= f=1|the value of tag 'run' is empty",
        "m,=a f=1|the tag key is empty",
        ",run=a f=1|the measurement is empty",
        "m,run=a f|expected '=' after field key 'f'",
        "m,run=a f=|field 'f' has no value",
        "m,run=a f=1,|the field key is empty",
        "m,run=a f=1x|field 'f' = '1x': expected a number",
        "m,run=a f=0x10|field 'f' = '0x10': expected a number",
        "m,run=a f=1d|field 'f' = '1d': expected a number",
        "m,run=a f=1e|field 'f' = '1e': expected a number",
        "m,run=a f=--1|field 'f' = '--1': expected a number",
        "m,run=a f=.|field 'f' = '.': expected a number",
        "m,run=a f=truth|field 'f' = 'truth': expected a number or boolean",
        "m,run=a f=1.5i|field 'f' = '1.5i': not a 64-bit integer",
        "m,run=a f=i|field 'f' = 'i': not a 64-bit integer",
        "m,run=a f=-i|field 'f' = '-i': not a 64-bit integer",
        "m,run=a f=+5i|field 'f' = '+5i': not a 64-bit integer",
        "m,run=a f=+5000000000000000000i|field 'f' = '+5000000000000000000i': not a 64-bit integer",
        "m,run=a f=99999999999999999999i|field 'f' = '99999999999999999999i': not a 64-bit integer",
        "m,run=a f=-1u|field 'f' = '-1u': not a 64-bit unsigned integer",
        "m,run=a f=u|field 'f' = 'u': not a 64-bit unsigned integer",
        "m,run=a f=1.5u|field 'f' = '1.5u': not a 64-bit unsigned integer",
        "m,run=a f=18446744073709551616u|field 'f' = '18446744073709551616u': not a 64-bit unsigned"
            + " integer",
        "m,run=a loss,grad_norm=1.2|expected '=' after field key 'loss': within a name a comma is"
            + " written '\\,'",
        "m,run=a step=1i,loss,grad_norm=1.2|expected '=' after field key 'loss': within a name a"
            + " comma is written '\\,'",
        "m,run,host=a f=1|expected '=' after tag key 'run': within a name a comma is written '\\,'",
        "m,run=a=b f=1|the value of tag 'run' holds '=': within a name it is written '\\='",
        "m,run=a,run=b f=1|tag 'run' occurs twice",
        "m,run=a,host=b,run=a f=1|tag 'run' occurs twice",
        "m,run=a f=\"open|field 'f': text without closing quote",
        "m,run=a f=1 soon|timestamp = 'soon': expected an integer",
        "m,run=a f=1 -|timestamp = '-': expected an integer",
        "m,run=a f=1 9223372036854775808|timestamp = '9223372036854775808': expected an integer",
        "m,run=a f=1 10000000000000000000|timestamp = '10000000000000000000': expected an integer",
        "m,run=a f=1 1.5|timestamp = '1.5': expected an integer",
        "m,run=a f=1 5 6|text after the timestamp",
      })
  void namesWhatIsWrongWithABadLine(String line, String message) {
    MalformedLineException e = assertThrows(MalformedLineException.class, () -> parse(line + "\n"));
    assertEquals(message, e.getMessage());
  }

  @Test
  void textAfterAClosingQuoteIsRefused() {
    assertThrows(MalformedLineException.class, () -> parse("m,run=a f=\"x\"y 1"));
    assertThrows(MalformedLineException.class, () -> parse("m,run=a f=\"x\"7"), "is no time");
  }

  private int parse(String line) throws MalformedLineException {
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    return parser.parse(bytes, 0, bytes.length, point);
  }
}
