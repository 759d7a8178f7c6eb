// SPDX-License-Identifier: Apache-2.0
// The shortest line by which a program of each kind sends its run here. Pure functions, tested with node.
// docs/python.md, docs/python-adapters.md, docs/attach.md and docs/attach-endpoints.md say more.

const PACKAGE = 'once: pip install the wheel of Foreshock’s release';

/**
 * The ways, each `{ name, text, note }`: the framework, what to copy, and what else is needed.
 *
 * @param origin address of this monitor
 * @param token whether this monitor asks for a token
 */
export function attachLines(origin, token) {
  const exported = `export FORESHOCK_URL=${origin}${token ? ' FORESHOCK_TOKEN=…' : ''}\n`;
  const given = token ? 'FORESHOCK_TOKEN=… ' : '';
  return [
    {
      name: 'PyTorch',
      text: `${exported}# in the script, before the first step:\nimport foreshock; foreshock.watch(model, optimizer, run="my-run")`,
      note: `Every signal, layer by layer; ${PACKAGE}.`,
    },
    {
      name: 'Hugging Face',
      text: `${exported}python -m foreshock run train.py`,
      note: `Nothing changes in train.py, with the Trainer, TRL or Accelerate; ${PACKAGE}.`,
    },
    {
      name: 'Lightning',
      text: `${exported}python train.py`,
      note: `The variable alone is enough where the package is installed; ${PACKAGE}.`,
    },
    {
      name: 'W&B, TensorBoard …',
      text: `${exported}# in the script, anywhere before training:\nimport foreshock; foreshock.mirror()`,
      note: `What the script logs to W&B, TensorBoard, MLflow, Trackio or SwanLab is sent here too; ${PACKAGE}.`,
    },
    {
      name: 'A log on disk',
      text: `${given}./foreshock attach --monitor ${origin} RUN_DIRECTORY`,
      note: 'Follows W&B’s and TensorBoard’s files, trainer_state.json, CSV, JSON lines and console logs. Nothing changes in the run.',
    },
    {
      name: 'MLflow',
      text: `export MLFLOW_TRACKING_URI=${origin}${token ? ' MLFLOW_TRACKING_TOKEN=…' : ''}`
        + '\nexport MLFLOW_HTTP_REQUEST_MAX_RETRIES=1 MLFLOW_HTTP_REQUEST_TIMEOUT=5 MLFLOW_ENABLE_ASYNC_LOGGING=true',
      note: 'MLflow’s own client sends its metrics here. The second line keeps it from waiting.',
    },
    {
      name: 'Keras',
      text: `${exported}from foreshock.keras import ForeshockCallback\nmodel.fit(…, callbacks=[ForeshockCallback()])`,
      note: `With any backend; ${PACKAGE}.`,
    },
    {
      name: 'JAX',
      text: `${exported}import foreshock.optax\noptimizer = foreshock.optax.reported(optimizer)`,
      note: `With Optax; ${PACKAGE}.`,
    },
    {
      name: 'Any program',
      text: `curl "${origin}/api/v2/write?precision=s"${token ? ' -H "Authorization: Token $FORESHOCK_TOKEN"' : ''} \\\n`
        + "  --data-binary 'train_step,run=my-run step=1i,loss=10.82,grad_norm=1.4'",
      note: 'InfluxDB’s line protocol, one line a step, from any language.',
    },
    {
      name: 'Only a look',
      text: `${given}./foreshock train --run my-run --telemetry ${origin}`,
      note: 'Trains a small model on this machine with the trainer that comes with Foreshock.',
    },
  ];
}
