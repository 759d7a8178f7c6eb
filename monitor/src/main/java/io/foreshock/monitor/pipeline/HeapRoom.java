// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

/** Whether the heap bears more. */
interface HeapRoom {
  /** Of one who keeps nothing of what it asks for. */
  HeapRoom UNLIMITED =
      new HeapRoom() {
        @Override
        public boolean takes(long bytes, int series) {
          return true;
        }

        @Override
        public String reason() {
          return null;
        }
      };

  /** Makes room for so much more if need be, and takes it when there is enough. */
  boolean takes(long bytes, int series);

  /** Why it was not taken. */
  String reason();
}
