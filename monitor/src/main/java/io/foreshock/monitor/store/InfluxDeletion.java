// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import com.influxdb.client.InfluxDBClient;
import com.influxdb.client.domain.InfluxQLQuery;
import com.influxdb.exceptions.InfluxException;
import io.foreshock.monitor.config.InfluxSettings;
import java.time.OffsetDateTime;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes all lines of a run from InfluxDB.
 *
 * <p><b>Edges.</b> Some servers that take InfluxDB's writes cannot delete. A server that says so is
 * logged, and the lines stay there. <b>Threads.</b> The thread that writes.
 */
record InfluxDeletion(InfluxDBClient client, InfluxSettings settings) {
  private static final Logger LOG = LoggerFactory.getLogger(InfluxDeletion.class);

  /** All times that InfluxDB can hold. */
  private static final OffsetDateTime FIRST = OffsetDateTime.parse("1677-09-22T00:00:00Z");

  private static final OffsetDateTime LAST = OffsetDateTime.parse("2262-04-11T00:00:00Z");

  /**
   * Deletes a run; does nothing when it is not there.
   *
   * @throws InfluxException when it may be there still
   */
  void delete(String run) {
    try {
      if (settings.query() == InfluxSettings.Query.FLUX) {
        client
            .getDeleteApi()
            .delete(FIRST, LAST, predicate(run), settings.bucket(), settings.org());
      } else {
        String statement = "DROP SERIES WHERE \"run\" = " + InfluxQlReader.text(run);
        client.getInfluxQLQueryApi().queryCSV(new InfluxQLQuery(statement, settings.bucket()));
      }
    } catch (InfluxException e) {
      if (e.status() != 405 && e.status() != 501) {
        throw e;
      }
      LOG.error("run {}: this InfluxDB cannot delete, so the run's lines stay there", run, e);
    }
  }

  /** InfluxDB 2 reads names in quotes as InfluxQL does. */
  static String predicate(String run) {
    return "run=" + InfluxQlReader.name(run);
  }
}
