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

/** How an alarm is written on standard output. */
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
          alarm.verdict().kind().wireName(),
          alarm.verdict().message());
    }
  },
  /** The contract's object, one a line. */
  JSON {
    @Override
    String header() {
      return null;
    }

    @Override
    String row(Alarm alarm) {
      return AlarmJson.line(alarm);
    }
  },
  /** The contract's keys as columns, the evidence as JSON in the last (RFC 4180). */
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

  /** The format of that name. */
  static AlarmFormat of(Format format) {
    return valueOf(format.name());
  }

  private static final String TABLE = "%-20s %8s  %-8s  %-6s  %-26s  %s";

  /** First line; null when there is none. */
  abstract String header();

  /** One alarm's line. */
  abstract String row(Alarm alarm);
}
