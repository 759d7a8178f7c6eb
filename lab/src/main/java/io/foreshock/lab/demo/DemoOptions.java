// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.demo;

import java.nio.file.Path;

/**
 * The options of a demo.
 *
 * @param home root of the checkout, with the launcher {@code foreshock}
 * @param data directory for the store, checkpoints and logs; created if missing
 * @param port the monitor's port; 0 for any free one
 * @param totalSteps optimizer steps of each run
 * @param seed random seed of the model and the data, the same in all three runs
 */
record DemoOptions(Path home, Path data, int port, int totalSteps, long seed) {}
