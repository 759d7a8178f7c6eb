// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.checkpoint;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Memory of the commands that a run carried out; a rollback keeps it.
 *
 * @param furthestStep highest step that the run has reached
 * @param rollbacks the furthest step at each rollback within the last {@value #WINDOW_STEPS} new
 *     steps, oldest first
 * @param answers answers to the last commands, oldest first
 */
public record Obedience(long furthestStep, List<Long> rollbacks, List<Answer> answers) {
  /** The memory of a run without commands. */
  public static final Obedience NONE = new Obedience(0, List.of(), List.of());

  /** Number of new steps in which rollbacks are counted. */
  public static final long WINDOW_STEPS = 1000;

  private static final int MOST_ANSWERS = 20;
  private static final int MOST_DETAIL = 200;

  /**
   * The answer to a command.
   *
   * @param mark distinguishes it from another command of that id
   * @param status status by the contract; {@code accepted} when the command saved this checkpoint
   * @param step step at which it was carried out
   */
  public record Answer(long command, String mark, String status, long step, String detail) {}

  public Obedience {
    rollbacks = rollbacks == null ? List.of() : List.copyOf(rollbacks);
    answers = answers == null ? List.of() : List.copyOf(answers);
  }

  /** Returns the memory after a step was reached. */
  public Obedience reached(long step) {
    return step <= furthestStep ? this : new Obedience(step, rollbacks, answers);
  }

  /**
   * Number of rollbacks within the last new steps. Repeated steps do not count, because otherwise
   * rollbacks could keep a run at the same steps for ever.
   */
  public int rollbacksInWindow() {
    return (int) rollbacks.stream().filter(this::inWindow).count();
  }

  private boolean inWindow(long furthest) {
    return furthestStep - furthest < WINDOW_STEPS;
  }

  /** Returns the memory after one more rollback. */
  public Obedience rolledBack() {
    List<Long> counted = new ArrayList<>(rollbacks.stream().filter(this::inWindow).toList());
    counted.add(furthestStep);
    return new Obedience(furthestStep, counted, answers);
  }

  /** Returns the memory after a command was answered, again or for the first time. */
  public Obedience answered(Answer answer) {
    List<Answer> kept = new ArrayList<>(answers);
    kept.removeIf(a -> a.command() == answer.command() && a.mark().equals(answer.mark()));
    String detail = answer.detail() == null ? "" : answer.detail();
    kept.add(
        new Answer(
            answer.command(),
            answer.mark(),
            answer.status(),
            answer.step(),
            detail.substring(0, Math.min(MOST_DETAIL, detail.length()))));
    return new Obedience(
        furthestStep,
        rollbacks,
        kept.subList(Math.max(0, kept.size() - MOST_ANSWERS), kept.size()));
  }

  /** Returns the answer to a command, if it is among the last ones. */
  public Optional<Answer> answerTo(long command, String mark) {
    return answers.stream()
        .filter(a -> a.command() == command && a.mark().equals(mark))
        .findFirst();
  }
}
