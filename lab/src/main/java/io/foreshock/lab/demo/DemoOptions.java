// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.demo;

import java.nio.file.Path;

/**
 * What a demo is asked to do.
 *
 * @param home root of the checkout, where {@code ./foreshock} lies
 * @param data directory for the store, checkpoints and logs; made if missing
 * @param port the monitor's port; 0 for any free one
 * @param totalSteps optimizer steps of each run
 * @param seed of the model and the data, the same in all three
 */
record DemoOptions(Path home, Path data, int port, int totalSteps, long seed) {}
