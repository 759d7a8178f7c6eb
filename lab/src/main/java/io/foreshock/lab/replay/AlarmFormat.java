// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.replay;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.lab.print.Csv;
import io.foreshock.lab.print.Format;
import io.foreshock.monitor.wire.AlarmJson;
import io.foreshock.predictors.online.Alarm;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The forms in which alarms are written to standard output. */
enum AlarmFormat {
  /** A table for people. */
  TEXT {
    @Override
    String header() {
      return String.format(
          Locale.ROOT, TABLE, "run", "step", "severity", "state", "kind", "message");
    }

    @Override
    String row(Alarm alarm) {
      return String.format(
          Locale.ROOT,
          TABLE,
          alarm.run() + (alarm.segment() == 0 ? "" : "/" + alarm.segment()),
          alarm.step(),
          alarm.verdict().severity().wireName(),
          alarm.state().wireName(),
          alarm.verdict().kindName(),
          alarm.verdict().message());
    }
  },
  /** The JSON object of the contract, one alarm in each line. */
  JSON {
    @Override
    @Nullable String header() {
      return null;
    }

    @Override
    String row(Alarm alarm) {
      return AlarmJson.line(alarm);
    }
  },
  /** CSV (RFC 4180) with the contract's keys as columns; the last one is the evidence as JSON. */
  CSV {
    @Override
    String header() {
      return "run,segment,step,time,incident,state,severity,kind,signal,layer,head,value,threshold,"
          + "eta_steps,eta_low,eta_high,probability,message,evidence";
    }

    @Override
    String row(Alarm alarm) {
      List<String> row = new ArrayList<>();
      for (JsonNode value : AlarmJson.of(alarm)) {
        row.add(value.isObject() ? value.toString() : value.isNull() ? "" : value.asText());
      }
      return Csv.row(row);
    }
  };

  /** The form that corresponds to the value of {@code --format}. */
  static AlarmFormat of(Format format) {
    return valueOf(format.name());
  }

  private static final String TABLE = "%-20s %8s  %-8s  %-6s  %-26s  %s";

  /** The line before all alarms; null when there is none. */
  abstract @Nullable String header();

  /** The line of one alarm. */
  abstract String row(Alarm alarm);
}
