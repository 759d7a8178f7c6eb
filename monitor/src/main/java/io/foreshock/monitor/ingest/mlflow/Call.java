// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.ingest.mlflow;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.CompletionStage;

/** One operation of MLflow's API. */
@FunctionalInterface
interface Call {
  /** The answer to a request, once everything that the request changed is on disk. */
  CompletionStage<ObjectNode> answer(Request request);
}
