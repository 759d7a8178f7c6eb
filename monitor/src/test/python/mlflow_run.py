# SPDX-License-Identifier: Apache-2.0
"""Log a training run with MLflow's own client to Foreshock.

    pip install mlflow-skinny
    export MLFLOW_TRACKING_URI=http://127.0.0.1:8087
    export MLFLOW_HTTP_REQUEST_MAX_RETRIES=1 MLFLOW_HTTP_REQUEST_TIMEOUT=5
    python mlflow_run.py [RUN]

Nothing here is about Foreshock: the address is in the environment.
"""

import math
import sys

import mlflow

name = sys.argv[1] if len(sys.argv) > 1 else "mlflow-example"

mlflow.set_experiment("examples")
with mlflow.start_run(run_name=name) as run:
    mlflow.log_params({"learning_rate": 3e-4, "layers": 12, "optimizer": "adamw", "seed": 1})
    mlflow.set_tag("team", "vision")
    for step in range(1, 51):
        loss = 2 + 8 / step
        # all metrics of a step in one call: one request, one line
        mlflow.log_metrics({"train/loss": loss, "train/grad_norm": 1 + 1 / step}, step=step)
        if step % 25 == 0:
            mlflow.log_metrics({"eval_loss": loss + 0.1}, step=step)
    for step in range(51, 61):
        # one by one, as the fluent API allows: still one line for each step
        mlflow.log_metric("train/loss", 2.1, step=step)
        mlflow.log_metric("train/grad_norm", 1.0, step=step)
    mlflow.log_metrics({"train/loss": math.nan, "train/grad_norm": math.inf}, step=61)

client = mlflow.MlflowClient()
assert client.get_run(run.info.run_id).info.status == "FINISHED"
print(run.info.run_id)
