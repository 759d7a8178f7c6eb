// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.control;

import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * A value as JSON shows it, for messages, so that its author recognizes it. A long value is cut, so
 * that it cannot fill a log or a page.
 */
final class Quoted {
  private static final int MOST_CHARACTERS = 300;

  private final StringBuilder text = new StringBuilder();

  private Quoted() {}

  static String of(Object value) {
    Quoted quoted = new Quoted();
    quoted.add(value);
    return quoted.isFull()
        ? quoted.text.substring(0, MOST_CHARACTERS) + "…"
        : quoted.text.toString();
  }

  private boolean isFull() {
    return text.length() > MOST_CHARACTERS;
  }

  private void add(Object value) {
    if (value instanceof Map<?, ?> map) {
      text.append('{');
      for (var i = map.entrySet().iterator(); i.hasNext() && !isFull(); ) {
        var entry = i.next();
        add(String.valueOf(entry.getKey()));
        text.append(':');
        add(entry.getValue());
        comma(i);
      }
      text.append('}');
    } else if (value instanceof List<?> list) {
      text.append('[');
      for (var i = list.iterator(); i.hasNext() && !isFull(); ) {
        add(i.next());
        comma(i);
      }
      text.append(']');
    } else if (value instanceof CharSequence characters) {
      string(characters);
    } else if (value instanceof Double number && !Double.isFinite(number)) {
      string(number.toString());
    } else {
      text.append(value);
    }
  }

  private void comma(Iterator<?> rest) {
    if (rest.hasNext()) {
      text.append(',');
    }
  }

  private void string(CharSequence characters) {
    text.append('"');
    for (int i = 0; i < characters.length() && !isFull(); i++) {
      character(characters.charAt(i));
    }
    text.append('"');
  }

  private void character(char c) {
    switch (c) {
      case '"', '\\' -> text.append('\\').append(c);
      case '\n' -> text.append("\\n");
      case '\r' -> text.append("\\r");
      case '\t' -> text.append("\\t");
      default -> {
        if (c < ' ') {
          text.append(String.format("\\u%04X", (int) c));
        } else {
          text.append(c);
        }
      }
    }
  }
}
