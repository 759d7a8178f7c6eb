// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer;

import io.foreshock.trainer.checkpoint.Checkpoint;
import io.foreshock.trainer.disturbance.Disturbance.Resume;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Carries out the disturbance {@link Resume}: keeps the needed states in memory, and goes back once
 * for each.
 *
 * <p><b>Cost.</b> A copy of parameters and optimizer state for each target. <b>Threads.</b> For the
 * training thread only.
 */
final class Rewinding {
  private final Run run;
  private final List<Resume> pending;
  private final Map<Long, Checkpoint> targets = new HashMap<>();

  Rewinding(Run run, List<Resume> resumes) {
    this.run = run;
    pending = new ArrayList<>(resumes);
  }

  /**
   * Keeps the run's state if a later resume needs it, and goes back if one is due. Call it after
   * each step, and once before the first.
   *
   * @return whether the run went back
   */
  boolean keepOrGoBack() {
    long step = run.state().step();
    if (pending.stream().anyMatch(resume -> resume.target() == step)) {
      targets.put(step, run.checkpoint());
    }
    Optional<Resume> due = pending.stream().filter(resume -> resume.step() == step).findFirst();
    if (due.isEmpty()) {
      return false;
    }
    long target = due.get().target();
    Checkpoint checkpoint = targets.get(target);
    if (checkpoint == null) {
      throw new IllegalStateException("no state of step " + target + " was kept");
    }
    pending.remove(due.get());
    run.rewind(checkpoint);
    return true;
  }
}
