// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.control;

import io.foreshock.predictors.control.CommandName;
import io.foreshock.predictors.online.Alarm;
import io.foreshock.predictors.online.AlarmKind;
import io.foreshock.predictors.online.Severity;
import io.foreshock.predictors.online.Verdict;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Finds the commands of one run that the training run does not fetch.
 *
 * <p><b>Definition.</b> A command is late when it was {@code pending} at every look for longer than
 * the patience. So neither a jump of the wall clock nor a monitor that was away makes one late: the
 * training run had the whole patience to ask this monitor. Critical when the command answers an
 * incident that was critical, else a warning.
 *
 * <p><b>Threads.</b> Not safe: belongs to the run's owner. <b>State.</b> Not saved. What was told
 * is the open incident, which the run's watch saves.
 */
public final class AnswerWatch {
  private static final String COMMAND = "command";
  private static final double NANOS = 1e9;

  /**
   * What is to be told now.
   *
   * @param command that is late; null when none is late any more
   * @param severity of the alarm; null likewise
   */
  public record News(Command command, Severity severity, double waitedSeconds) {
    private static final News OVER = new News(null, null, 0);
  }

  private final Map<Long, Long> firstSeen = new HashMap<>();

  /**
   * Looks at the clock.
   *
   * @param pending commands that the training run has not fetched, oldest first
   * @param open newest alarm of the open incident of this kind; null when none is open
   * @param incidents worst severity of each known incident of the run
   * @param nowNanos {@link System#nanoTime}
   */
  public Optional<News> look(
      List<Command> pending,
      Alarm open,
      Map<String, Severity> incidents,
      long nowNanos,
      double patienceSeconds) {
    firstSeen.keySet().retainAll(pending.stream().map(Command::id).collect(Collectors.toSet()));
    News worst = null;
    boolean toldIsLate = false;
    for (Command command : pending) {
      firstSeen.putIfAbsent(command.id(), nowNanos);
      double waited = (nowNanos - firstSeen.get(command.id())) / NANOS;
      toldIsLate |= open != null && isAbout(open, command);
      Severity severity = severity(command, incidents);
      boolean worse = worst == null || severity.compareTo(worst.severity()) > 0;
      worst = waited > patienceSeconds && worse ? new News(command, severity, waited) : worst;
    }
    boolean isNew =
        worst != null && (!toldIsLate || worst.severity().compareTo(open.verdict().severity()) > 0);
    if (isNew) {
      return Optional.of(worst);
    }
    return open != null && !toldIsLate ? Optional.of(News.OVER) : Optional.empty();
  }

  /** What is told of a command that is late. */
  public static Verdict verdict(
      Command command, Severity severity, double waitedSeconds, double patienceSeconds) {
    Map<String, Object> evidence = new LinkedHashMap<>();
    evidence.put(COMMAND, command.id());
    evidence.put("name", command.name().wireName());
    evidence.put("issued", command.issued());
    if (command.incident() != null) {
      evidence.put("answers", command.incident());
    }
    String message =
        String.format(
            Locale.ROOT,
            "The training run has not fetched command %d (%s, issued %s) for %.0f s. Check that it"
                + " runs and asks this monitor for commands, or do by hand what the command says.",
            command.id(),
            command.name().wireName(),
            command.issued(),
            waitedSeconds);
    return new Verdict(
        AlarmKind.COMMAND_UNANSWERED,
        severity,
        Verdict.Where.NO_SIGNAL,
        new Verdict.Measured(waitedSeconds, patienceSeconds),
        Verdict.Eta.UNKNOWN,
        Double.NaN,
        message,
        evidence);
  }

  private static boolean isAbout(Alarm open, Command command) {
    return Long.valueOf(command.id()).equals(open.verdict().evidence().get(COMMAND));
  }

  /** The policy gives checkpoints for warnings, and anything else for critical alarms only. */
  private static Severity severity(Command command, Map<String, Severity> incidents) {
    boolean critical =
        command.incident() != null
            && (command.name() != CommandName.CHECKPOINT
                || incidents.get(command.incident()) == Severity.CRITICAL);
    return critical ? Severity.CRITICAL : Severity.WARNING;
  }
}
