// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.runner;

import java.util.List;

/** A training run that is to be started. */
public interface Job {
  /** Name of the run, from which the names of its files are made. */
  String run();

  /**
   * Arguments of {@code train}, each as {@code --option=value}. They include {@code --run}, but not
   * {@code --telemetry}.
   */
  List<String> arguments();

  /** Estimated time on one core, seconds, above 0. */
  double seconds();
}
