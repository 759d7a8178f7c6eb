// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording.format;

/** A format of logs. */
public interface LogFormat {
  /** Its name on the command line, such as {@code tensorboard}. */
  String name();

  /** Whether a log is of this format. Formats are asked in the order of {@code Formats.ALL}. */
  boolean recognizes(Head head);

  /** A reader at the beginning of a log. */
  LogReader reader(ReadingOptions options);

  /**
   * A reader at the beginning of a log whose file's name may say what is in it.
   *
   * @param fileName last part of the file's path, without an ending such as {@code .gz}
   */
  default LogReader reader(ReadingOptions options, String fileName) {
    return reader(options);
  }

  /**
   * Whether the program writes the whole file anew each time. Such a file is complete whenever it
   * can be read, and is read again from its beginning when it has changed.
   */
  default boolean writtenWhole() {
    return false;
  }

  /** Whether its records are lines of the contract already, each with its run. */
  default boolean isContract() {
    return false;
  }

  /** Whether all files of a directory are one run's, as a program writes that was restarted. */
  default boolean filesOfRun() {
    return false;
  }
}
