// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.attach;

import io.foreshock.lab.recording.Log;
import io.foreshock.lab.recording.Logs;
import io.foreshock.lab.recording.format.ReadingOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Follows all logs in some sources until their runs have ended.
 *
 * <p><b>Errors.</b> A source without a log yet is waited for. A log that cannot be read at the
 * moment is tried again at the next look; the reason is told once.
 */
final class Following {
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);
  private static final Duration BETWEEN_SEARCHES = Duration.ofSeconds(5);
  private static final Duration BETWEEN_REPORTS = Duration.ofSeconds(10);

  private final Logs logs;
  private final List<Path> sources;
  private final ReadingOptions reading;
  private final Delivery delivery;
  private final StateFolder state;
  private final Consumer<String> messages;
  private final Map<String, Attachment> followed = new LinkedHashMap<>();
  private final Map<Path, String> problems = new LinkedHashMap<>();
  private final Set<Path> found = new HashSet<>();
  private long reported = System.nanoTime();
  private long searched = Long.MIN_VALUE;

  Following(
      Logs logs,
      List<Path> sources,
      ReadingOptions reading,
      Delivery delivery,
      StateFolder state,
      Consumer<String> messages) {
    this.logs = logs;
    this.sources = sources;
    this.reading = reading;
    this.delivery = delivery;
    this.state = state;
    this.messages = messages;
  }

  /**
   * Follows until every log of a set that cannot grow says that its run has ended, or nothing was
   * new for {@code idle}.
   *
   * @param complete whether the logs do not grow any more: they are read once, and their runs have
   *     ended
   */
  void follow(Duration idle, boolean complete) throws IOException, InterruptedException {
    long newest = System.nanoTime();
    boolean watching = sources.stream().anyMatch(Files::isDirectory);
    do {
      search();
      if (look()) {
        newest = System.nanoTime();
        report(false);
      }
      if (complete) {
        break;
      }
      if (!watching && !followed.isEmpty() && all(Attachment::hasEnded)) {
        messages.accept("all runs have ended");
        break;
      }
      Thread.sleep(BETWEEN_LOOKS.toMillis());
    } while (System.nanoTime() - newest < idle.toNanos());
    for (Attachment log : followed.values()) {
      log.end(complete);
    }
    report(true);
  }

  private boolean all(Predicate<Attachment> condition) {
    return followed.size() >= sources.size() && followed.values().stream().allMatch(condition);
  }

  private boolean look() throws IOException, InterruptedException {
    boolean any = false;
    for (Attachment log : followed.values()) {
      any |= log.look();
    }
    return any;
  }

  private void search() throws IOException, InterruptedException {
    if (searched != Long.MIN_VALUE && System.nanoTime() - searched < BETWEEN_SEARCHES.toNanos()) {
      return;
    }
    searched = System.nanoTime();
    for (Path source : sources) {
      if (found.contains(source) && !Files.isDirectory(source)) {
        continue;
      }
      List<Log> logsFound;
      try {
        logsFound = logs.find(List.of(source));
        found.add(source);
        problems.remove(source);
      } catch (IOException e) {
        String problem = String.valueOf(e.getMessage());
        if (!problem.equals(problems.put(source, problem))) {
          messages.accept(problem + "; it is waited for");
        }
        continue;
      }
      for (Log log : logsFound) {
        found(log);
      }
    }
  }

  private void found(Log log) throws IOException {
    Attachment known = followed.get(key(log));
    if (known != null) {
      known.update(log.files());
      return;
    }
    messages.accept(log.run() + ": " + log.format().name() + ", " + log.files().get(0));
    followed.put(
        key(log),
        new Attachment(log, reading, state.of(log), delivery, Following::nowNanos, messages));
  }

  private static String key(Log log) {
    return log.format().writtenWhole() || log.format().filesOfRun()
        ? log.run()
        : log.run() + "\n" + log.files().get(0);
  }

  private void report(boolean last) {
    if (!last && System.nanoTime() - reported < BETWEEN_REPORTS.toNanos()) {
      return;
    }
    reported = System.nanoTime();
    long lines = followed.values().stream().mapToLong(Attachment::delivered).sum();
    StringBuilder text =
        new StringBuilder(
            String.format(Locale.ROOT, "%,d lines of %d runs sent", lines, followed.size()));
    followed.values().stream()
        .limit(5)
        .forEach(
            log ->
                text.append("; ").append(log.run()).append(" at step ").append(log.newestStep()));
    messages.accept(text.toString());
  }

  private static long nowNanos() {
    Instant now = Instant.now();
    return now.getEpochSecond() * 1_000_000_000L + now.getNano();
  }
}
