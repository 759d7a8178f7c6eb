// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import com.influxdb.client.InfluxDBClient;
import com.influxdb.client.domain.Bucket;
import com.influxdb.client.domain.BucketRetentionRules;
import com.influxdb.client.domain.InfluxQLQuery;
import com.influxdb.client.domain.Organization;
import com.influxdb.exceptions.InfluxException;
import io.foreshock.monitor.config.InfluxSettings;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates the bucket with its retention, or the database in InfluxDB 1.x, when it is missing and
 * the token allows it. An existing one is not changed.
 *
 * <p><b>Threads.</b> The thread that writes.
 */
final class InfluxBucket {
  private static final Logger LOG = LoggerFactory.getLogger(InfluxBucket.class);
  private static final int SECONDS_PER_DAY = 86_400;

  private final InfluxDBClient client;
  private final InfluxSettings settings;
  private final int retentionDays;
  private boolean prepared;

  InfluxBucket(InfluxDBClient client, InfluxSettings settings, int retentionDays) {
    this.client = client;
    this.settings = settings;
    this.retentionDays = retentionDays;
  }

  /**
   * Creates the bucket once, when it is missing and that is possible.
   *
   * @throws StoreException when InfluxDB does not answer
   */
  void prepare() {
    if (prepared) {
      return;
    }
    try {
      if (settings.query() == InfluxSettings.Query.FLUX) {
        makeBucket();
      } else {
        makeDatabase();
      }
    } catch (InfluxException e) {
      if (e.status() == 0 || e.status() == 429 || e.status() >= 500) {
        throw new StoreException("InfluxDB: " + e.getMessage(), e);
      }
      LOG.warn(
          "store influxdb: this token can neither find nor create bucket '{}'; create it with the"
              + " retention that you want: {}",
          settings.bucket(),
          e.getMessage());
    }
    prepared = true;
  }

  /** Notes that the bucket is missing. */
  void missing() {
    prepared = false;
  }

  private void makeBucket() {
    Bucket there = client.getBucketsApi().findBucketByName(settings.bucket());
    if (there != null) {
      boolean asWanted =
          there.getRetentionRules().stream()
              .allMatch(rule -> rule.getEverySeconds() == retentionDays * SECONDS_PER_DAY);
      if (!asWanted) {
        LOG.warn(
            "store influxdb: bucket '{}' keeps its own retention, not store.retention_days = {}",
            settings.bucket(),
            retentionDays);
      }
      return;
    }
    List<Organization> orgs = client.getOrganizationsApi().findOrganizations();
    for (Organization org : orgs) {
      if (org.getName().equals(settings.org()) || org.getId().equals(settings.org())) {
        BucketRetentionRules rules = new BucketRetentionRules();
        rules.setEverySeconds(retentionDays * SECONDS_PER_DAY);
        client.getBucketsApi().createBucket(settings.bucket(), rules, org.getId());
        LOG.info("store influxdb: created bucket '{}'", settings.bucket());
      }
    }
  }

  private void makeDatabase() {
    String retention = retentionDays == 0 ? "" : " WITH DURATION " + retentionDays + "d";
    client
        .getInfluxQLQueryApi()
        .queryCSV(
            new InfluxQLQuery(
                "CREATE DATABASE " + InfluxQlReader.name(settings.bucket()) + retention,
                settings.bucket()));
  }
}
