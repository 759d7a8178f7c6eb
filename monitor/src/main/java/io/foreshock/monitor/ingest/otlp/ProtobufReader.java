// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.ingest.otlp;

import com.google.protobuf.InvalidProtocolBufferException;
import io.foreshock.monitor.ingest.otlp.ResourceMetrics.Point;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads OTLP's protobuf. */
final class ProtobufReader {
  private ProtobufReader() {}

  /**
   * Reads a request.
   *
   * @throws IllegalArgumentException when the bytes are no such message
   */
  static List<ResourceMetrics> read(byte[] body) {
    ExportMetricsServiceRequest request;
    try {
      request = ExportMetricsServiceRequest.parseFrom(body);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("the body is no OTLP metrics: " + e.getMessage(), e);
    }
    List<ResourceMetrics> all = new ArrayList<>();
    for (var resource : request.getResourceMetricsList()) {
      List<Point> points = new ArrayList<>();
      long unusable = 0;
      for (ScopeMetrics scope : resource.getScopeMetricsList()) {
        for (Metric metric : scope.getMetricsList()) {
          unusable += read(metric, points);
        }
      }
      Map<String, String> attributes = texts(resource.getResource().getAttributesList());
      all.add(new ResourceMetrics(attributes, points, unusable));
    }
    return all;
  }

  /** Adds the metric's points; returns how many are no single number. */
  private static long read(Metric metric, List<Point> points) {
    switch (metric.getDataCase()) {
      case GAUGE -> add(metric.getName(), metric.getGauge().getDataPointsList(), points);
      case SUM -> add(metric.getName(), metric.getSum().getDataPointsList(), points);
      case HISTOGRAM -> {
        return metric.getHistogram().getDataPointsCount();
      }
      case EXPONENTIAL_HISTOGRAM -> {
        return metric.getExponentialHistogram().getDataPointsCount();
      }
      case SUMMARY -> {
        return metric.getSummary().getDataPointsCount();
      }
      default -> {
        return 0;
      }
    }
    return 0;
  }

  private static void add(String name, List<NumberDataPoint> from, List<Point> points) {
    for (NumberDataPoint point : from) {
      if (point.getValueCase() == NumberDataPoint.ValueCase.VALUE_NOT_SET) {
        continue;
      }
      double value = point.hasAsInt() ? point.getAsInt() : point.getAsDouble();
      points.add(new Point(name, texts(point.getAttributesList()), value, point.getTimeUnixNano()));
    }
  }

  private static Map<String, String> texts(List<KeyValue> attributes) {
    Map<String, String> texts = new LinkedHashMap<>();
    for (KeyValue attribute : attributes) {
      texts.put(attribute.getKey(), text(attribute.getValue()));
    }
    return texts;
  }

  private static String text(AnyValue value) {
    return switch (value.getValueCase()) {
      case STRING_VALUE -> value.getStringValue();
      case INT_VALUE -> Long.toString(value.getIntValue());
      case DOUBLE_VALUE -> Double.toString(value.getDoubleValue());
      case BOOL_VALUE -> Boolean.toString(value.getBoolValue());
      case ARRAY_VALUE ->
          String.join(
              ",",
              value.getArrayValue().getValuesList().stream().map(ProtobufReader::text).toList());
      default -> "";
    };
  }
}
