// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.runner;

import java.util.List;

/** A training run before it is run. */
public interface Job {
  /** Its name, which names its files too. */
  String run();

  /**
   * Arguments of {@code train}, each as {@code --option=value}, {@code --run} among them; where
   * telemetry goes is not.
   */
  List<String> arguments();

  /** Estimated time on one core, seconds; above zero. */
  double seconds();
}
