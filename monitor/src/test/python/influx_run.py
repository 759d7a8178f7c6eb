# SPDX-License-Identifier: Apache-2.0
"""Send a training run with InfluxDB's own client to Foreshock.

    pip install influxdb-client
    export INFLUXDB_V2_URL=http://127.0.0.1:8087 INFLUXDB_V2_TOKEN=any INFLUXDB_V2_ORG=any
    python influx_run.py [RUN]
"""

import sys

from influxdb_client import InfluxDBClient, Point, WriteOptions

name = sys.argv[1] if len(sys.argv) > 1 else "influx-example"

with InfluxDBClient.from_env_properties() as client:
    assert client.ping()
    # batches are sent in the background, so that training does not wait
    with client.write_api(WriteOptions(batch_size=20, flush_interval=500)) as api:
        for step in range(1, 51):
            point = Point("train_step").tag("run", name).field("step", step)
            point = point.field("loss", 2 + 8 / step).field("grad_norm", 1 + 1 / step)
            api.write(bucket="any", record=point)
