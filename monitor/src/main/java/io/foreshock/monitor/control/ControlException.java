// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.control;

/** A control request that does not fit the present state of the command or run. */
public final class ControlException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final boolean missing;

  private ControlException(boolean missing, String message) {
    super(message);
    this.missing = missing;
  }

  static ControlException noSuchCommand(String run, long id) {
    return new ControlException(true, "run '" + run + "' has no command " + id);
  }

  /** The run is not known, or was deleted while the request came. */
  public static ControlException noSuchRun(String run) {
    return new ControlException(true, "no run is called '" + run + "'; /api/v1/runs lists them");
  }

  static ControlException conflict(String message) {
    return new ControlException(false, message);
  }

  /** Whether the run or the command does not exist at all. */
  public boolean missing() {
    return missing;
  }
}
