# SPDX-License-Identifier: Apache-2.0
"""Logs to the MLflow server that MLFLOW_TRACKING_URI names. Usage: PROGRAM"""
import mlflow
import tiny_numpy as tiny

mlflow.set_experiment("tiny")
with mlflow.start_run(run_name="tiny-mlflow"):
    mlflow.log_params({"lr": tiny.LEARNING_RATE, "max_steps": tiny.STEPS})
    for step, loss, norm, rate in tiny.steps():
        mlflow.log_metrics({"train/loss": loss, "train/grad_norm": norm, "train/learning_rate": rate}, step=step)
