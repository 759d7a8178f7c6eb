# SPDX-License-Identifier: Apache-2.0
"""Log a training run with Trackio's own client to Foreshock.

    pip install trackio
    export TRACKIO_SERVER_URL=http://127.0.0.1:8087
    export TRACKIO_WRITE_TOKEN=any          # Foreshock's token, where it has tokens
    python trackio_run.py [RUN]

Nothing here is about Foreshock: the address is in the environment.
"""

import sys

import trackio

name = sys.argv[1] if len(sys.argv) > 1 else "trackio-example"

trackio.init(
    project="examples",
    name=name,
    config={"learning_rate": 3e-4, "layers": 12, "optimizer": "adamw", "data": {"seed": 1}},
    auto_log_cpu=False,
)
for step in range(1, 51):
    loss = 2 + 8 / step
    trackio.log({"train/loss": loss, "train/grad_norm": 1 + 1 / step}, step=step)
    if step % 25 == 0:
        trackio.log({"eval/loss": loss + 0.1}, step=step)
trackio.log_system({"cpu": 0.5})
trackio.alert("loss is flat", text="as expected", level=trackio.AlertLevel.WARN)
trackio.log({"train/loss": float("nan"), "train/grad_norm": float("inf")}, step=51)
trackio.finish()
