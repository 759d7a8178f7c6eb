// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import io.foreshock.monitor.config.DetectionSettings;
import io.foreshock.predictors.online.RunWatch;

/** Makes the watch of a new run, or of one whose state is restored into it. */
record Watches(DetectionSettings detection, RuleBook rules) {
  RunWatch watch(String run) {
    RunWatch watch = detection.watch(run);
    watch.rules(rules.all());
    return watch;
  }
}
