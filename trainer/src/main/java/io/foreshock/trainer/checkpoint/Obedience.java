// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.checkpoint;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a run remembers of the commands that it obeyed; a rollback does not take it back.
 *
 * @param furthestStep highest step that the run has reached
 * @param rollbacks the furthest step at each rollback obeyed, of the last {@value #WINDOW_STEPS}
 *     steps of new ground, oldest first
 * @param answers to the last commands, oldest first
 */
public record Obedience(long furthestStep, List<Long> rollbacks, List<Answer> answers) {
  /** A run that was told nothing yet. */
  public static final Obedience NONE = new Obedience(0, List.of(), List.of());

  /** Steps of new ground in which rollbacks are counted. */
  public static final long WINDOW_STEPS = 1000;

  private static final int MOST_ANSWERS = 20;
  private static final int MOST_DETAIL = 200;

  /**
   * What became of a command.
   *
   * @param mark tells it from another command of that id
   * @param status the contract's word; {@code accepted} when the checkpoint was saved by it
   * @param step at which it was obeyed
   */
  public record Answer(long command, String mark, String status, long step, String detail) {}

  public Obedience {
    rollbacks = rollbacks == null ? List.of() : List.copyOf(rollbacks);
    answers = answers == null ? List.of() : List.copyOf(answers);
  }

  /** After a step was reached. */
  public Obedience reached(long step) {
    return step <= furthestStep ? this : new Obedience(step, rollbacks, answers);
  }

  /**
   * How many rollbacks were obeyed within the last steps of new ground. Steps trained again do not
   * count: else rollbacks could keep a run where it is for ever, at the pace of the window.
   */
  public int rollbacksInWindow() {
    return (int) rollbacks.stream().filter(this::inWindow).count();
  }

  private boolean inWindow(long furthest) {
    return furthestStep - furthest < WINDOW_STEPS;
  }

  /** After one more rollback. */
  public Obedience rolledBack() {
    List<Long> counted = new ArrayList<>(rollbacks.stream().filter(this::inWindow).toList());
    counted.add(furthestStep);
    return new Obedience(furthestStep, counted, answers);
  }

  /** After a command was answered, once more or for the first time. */
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

  /** The answer to a command, if it is among the last ones. */
  public Optional<Answer> answerTo(long command, String mark) {
    return answers.stream()
        .filter(a -> a.command() == command && a.mark().equals(mark))
        .findFirst();
  }
}
