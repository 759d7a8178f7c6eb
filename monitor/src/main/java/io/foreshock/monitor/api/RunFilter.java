// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

import io.foreshock.monitor.pipeline.RunState;
import io.foreshock.monitor.pipeline.RunView;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Selects runs by terms that all must hold.
 *
 * <pre>
 *   gpt "large batch"       the name contains both, case ignored
 *   tag:prod                it has this tag
 *   state:running           it is in this state
 *   archived:no             it is not archived; without such a term: any
 *   lr&lt;3e-4                 a {@link RunColumn} compared with a number: &lt; &lt;= &gt; &gt;= = !=
 *   optimizer=AdamW         or with a text, case ignored
 *   optimizer:adam          it contains this text
 *   -tag:prod, !lr=3e-4     the opposite
 * </pre>
 *
 * <p>A run without the value matches no comparison. Quotes keep blanks and signs in a term: {@code
 * "a=b"} is a part of a name.
 *
 * <p><b>Threads.</b> Immutable.
 */
final class RunFilter {
  private static final String BLANKS = " \t\r\n";

  private final List<Predicate<RunView>> terms;

  private RunFilter(List<Predicate<RunView>> terms) {
    this.terms = terms;
  }

  /**
   * Reads a filter.
   *
   * @param state null = any
   * @throws IllegalArgumentException that names the term that cannot be read
   */
  static RunFilter parse(@Nullable RunState state, String text) {
    List<Predicate<RunView>> terms = new ArrayList<>();
    if (state != null) {
      terms.add(run -> run.state() == state);
    }
    for (int from = next(text, 0); from < text.length(); ) {
      int end = end(text, from);
      terms.add(term(text.substring(from, end)));
      from = next(text, end);
    }
    return new RunFilter(terms);
  }

  boolean matches(RunView run) {
    for (Predicate<RunView> term : terms) {
      if (!term.test(run)) {
        return false;
      }
    }
    return true;
  }

  private static int next(String text, int from) {
    int at = from;
    while (at < text.length() && BLANKS.indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    return at;
  }

  /** The end of the term that begins at {@code from}: a blank that is not between quotes. */
  private static int end(String text, int from) {
    boolean quoted = false;
    int at = from;
    while (at < text.length() && (quoted || BLANKS.indexOf(text.charAt(at)) < 0)) {
      quoted ^= text.charAt(at++) == '"';
    }
    if (quoted) {
      throw unreadable(text.substring(from), "a quote at its end");
    }
    return at;
  }

  private static Predicate<RunView> term(String term) {
    boolean negated = term.startsWith("-") || term.startsWith("!");
    String positive = negated ? term.substring(1) : term;
    Comparison.Sign sign = Comparison.Sign.in(positive);
    Predicate<RunView> holds = sign == null ? name(term, positive) : compared(term, positive, sign);
    return negated ? holds.negate() : holds;
  }

  private static Predicate<RunView> name(String term, String words) {
    String part = unquoted(words).toLowerCase(Locale.ROOT);
    if (part.isEmpty()) {
      throw unreadable(term, "a part of a name, tag:…, state:…, archived:… or a comparison");
    }
    return run -> run.run().toLowerCase(Locale.ROOT).contains(part);
  }

  private static Predicate<RunView> compared(String term, String positive, Comparison.Sign sign) {
    int at = positive.indexOf(sign.text());
    String name = positive.substring(0, at);
    String value = unquoted(positive.substring(at + sign.text().length()));
    if (name.isEmpty() || value.isEmpty()) {
      throw unreadable(
          term, "NAME" + sign.text() + "VALUE without blanks; quotes make it a part of a name");
    }
    return switch (name) {
      case "tag" -> equal(term, sign, tag(value));
      case "state" -> equal(term, sign, state(term, value));
      case "archived" -> equal(term, sign, archived(term, value));
      default -> {
        Comparison comparison = Comparison.of(new RunColumn(name), sign, value);
        if (comparison == null) {
          throw unreadable(term, "a number after " + sign.text());
        }
        yield comparison;
      }
    };
  }

  private static Predicate<RunView> equal(
      String term, Comparison.Sign sign, Predicate<RunView> equal) {
    return switch (sign) {
      case CONTAINS, EQUAL -> equal;
      case UNEQUAL -> equal.negate();
      default -> throw unreadable(term, "a colon instead of " + sign.text());
    };
  }

  private static Predicate<RunView> tag(String label) {
    return run -> run.tags().stream().anyMatch(label::equalsIgnoreCase);
  }

  private static Predicate<RunView> state(String term, String name) {
    try {
      RunState state = RunState.of(name.toLowerCase(Locale.ROOT));
      return run -> run.state() == state;
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(about(term) + e.getMessage(), e);
    }
  }

  private static Predicate<RunView> archived(String term, String choice) {
    return switch (choice.toLowerCase(Locale.ROOT)) {
      case "yes" -> RunView::archived;
      case "no" -> run -> !run.archived();
      case "any" -> run -> true;
      default -> throw unreadable(term, "archived:yes, archived:no or archived:any");
    };
  }

  private static String unquoted(String text) {
    return text.replace("\"", "");
  }

  private static IllegalArgumentException unreadable(String term, String expected) {
    return new IllegalArgumentException(about(term) + "expected " + expected);
  }

  private static String about(String term) {
    return "q, term '" + term + "': ";
  }
}
