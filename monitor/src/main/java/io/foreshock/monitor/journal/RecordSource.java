// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.journal;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The intact records of one file of the journal, oldest first. */
interface RecordSource extends AutoCloseable {
  /** Returns the next intact record; null at the end of the file. */
  @Nullable Record next() throws IOException;

  @Override
  void close() throws IOException;
}
