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
import org.jspecify.annotations.Nullable;

/**
 * Finds the commands of one run that the training run does not fetch.
 *
 * <p><b>Definition.</b> A command is late when it was {@code pending} at every check for longer
 * than the patience. So neither a jump of the wall clock nor a stopped monitor makes a command
 * late, because the training run had the whole patience to ask this monitor. The alarm is critical
 * when the command answers a critical incident, otherwise it is a warning.
 *
 * <p><b>Threads.</b> Not safe: belongs to the run's owner. <b>State.</b> Not saved. The open
 * incident holds the last alarm, and the run's watch saves it.
 */
public final class AnswerWatch {
  private static final String COMMAND = "command";
  private static final double NANOS = 1e9;

  /**
   * A change that needs an alarm.
   *
   * @param late the command that is late; null when no command is late any more
   */
  public record News(@Nullable Late late) {
    private static final News OVER = new News(null);
  }

  /**
   * A command that is late.
   *
   * @param severity severity of the alarm about it
   * @param waitedSeconds how long it waits
   */
  public record Late(Command command, Severity severity, double waitedSeconds) {}

  private final Map<Long, Long> firstSeen = new HashMap<>();

  /**
   * Checks the commands that wait.
   *
   * @param pending commands that the training run has not fetched, oldest first
   * @param open newest alarm of the open incident of this kind; null when none is open
   * @param incidents worst severity of each known incident of the run
   * @param nowNanos {@link System#nanoTime}
   */
  public Optional<News> look(
      List<Command> pending,
      @Nullable Alarm open,
      Map<String, Severity> incidents,
      long nowNanos,
      double patienceSeconds) {
    firstSeen.keySet().retainAll(pending.stream().map(Command::id).collect(Collectors.toSet()));
    Late worst = null;
    Alarm stillLate = null;
    for (Command command : pending) {
      double waited = (nowNanos - firstSeen.computeIfAbsent(command.id(), id -> nowNanos)) / NANOS;
      stillLate = open != null && isAbout(open, command) ? open : stillLate;
      Severity severity = severity(command, incidents);
      boolean worse = worst == null || severity.compareTo(worst.severity()) > 0;
      worst = waited > patienceSeconds && worse ? new Late(command, severity, waited) : worst;
    }
    if (worst != null
        && (stillLate == null || worst.severity().compareTo(stillLate.verdict().severity()) > 0)) {
      return Optional.of(new News(worst));
    }
    return open != null && stillLate == null ? Optional.of(News.OVER) : Optional.empty();
  }

  /** The verdict about a command that is late. */
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
                + " runs and asks this monitor for commands, or carry out the command by hand.",
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

  /** The policy gives checkpoints for warnings, and other commands for critical alarms only. */
  private static Severity severity(Command command, Map<String, Severity> incidents) {
    boolean critical =
        command.incident() != null
            && (command.name() != CommandName.CHECKPOINT
                || incidents.get(command.incident()) == Severity.CRITICAL);
    return critical ? Severity.CRITICAL : Severity.WARNING;
  }
}
