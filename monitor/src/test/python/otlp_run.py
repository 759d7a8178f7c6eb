# SPDX-License-Identifier: Apache-2.0
"""Send a training run's metrics with OpenTelemetry's own SDK to Foreshock.

    pip install opentelemetry-sdk opentelemetry-exporter-otlp-proto-http
    export OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:8087
    export OTEL_RESOURCE_ATTRIBUTES=service.instance.id=my-run
    python otlp_run.py

The gauge global_step is what makes the metrics comparable: without a step they are charted by time.
Export once for each step that is to be judged; by default the SDK exports every 60 seconds.
"""

from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader

reader = PeriodicExportingMetricReader(OTLPMetricExporter(), export_interval_millis=3_600_000)
provider = MeterProvider([reader])
meter = provider.get_meter("training")
global_step = meter.create_gauge("train.global_step")
loss = meter.create_gauge("train.loss")
grad_norm = meter.create_gauge("train.grad_norm")

for step in range(1, 31):
    global_step.set(step)
    loss.set(2 + 8 / step)
    grad_norm.set(1 + 1 / step)
    provider.force_flush()
provider.shutdown()
