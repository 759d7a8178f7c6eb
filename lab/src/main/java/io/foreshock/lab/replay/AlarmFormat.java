// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.replay;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.lab.print.Csv;
import io.foreshock.monitor.wire.AlarmJson;
import io.foreshock.predictors.online.Alarm;
import java.util.Iterator;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

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
      ObjectNode json = AlarmJson.of(alarm);
      StringBuilder row = new StringBuilder();
      for (Iterator<String> names = json.fieldNames(); names.hasNext(); ) {
        String name = names.next();
        String text =
            json.get(name).isObject() ? json.get(name).toString() : json.path(name).asText("");
        row.append(row.length() == 0 ? "" : ",")
            .append(Csv.field(json.get(name).isNull() ? "" : text));
      }
      return row.toString();
    }
  };

  /** Reads a format's lower-case name from the command line. */
  static final class Named implements ITypeConverter<AlarmFormat> {
    @Override
    public AlarmFormat convert(String name) {
      for (AlarmFormat format : values()) {
        if (format.name().equalsIgnoreCase(name)) {
          return format;
        }
      }
      throw new TypeConversionException("'" + name + "': expected text, json or csv");
    }
  }

  private static final String TABLE = "%-20s %8s  %-8s  %-6s  %-26s  %s";

  /** First line; null when there is none. */
  abstract String header();

  /** One alarm's line. */
  abstract String row(Alarm alarm);
}
