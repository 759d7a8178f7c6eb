// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.config;

/**
 * The InfluxDB that keeps telemetry.
 *
 * @param url http or https; 2.x, or 1.8 with its v2 writes
 * @param org organization of the bucket; 1.x has none
 * @param bucket bucket to write to; the database in 1.x
 * @param token token for writes and reads; {@code user:password} in 1.8
 * @param query language of reads
 */
public record InfluxSettings(String url, String org, String bucket, String token, Query query) {

  /** Languages of reads. */
  public enum Query {
    /** InfluxDB 2. */
    FLUX,
    /** InfluxDB 1.x, and the endpoint of InfluxDB 2 that is compatible with it. */
    INFLUXQL
  }

  static InfluxSettings read(Section section) {
    InfluxSettings settings =
        new InfluxSettings(
            section.text("url", "http://127.0.0.1:8086"),
            section.text("org", "foreshock"),
            section.text("bucket", "foreshock"),
            section.text("token", ""),
            section.choice("query", Query.FLUX));
    if (!settings.url.startsWith("http://") && !settings.url.startsWith("https://")) {
      section.problem("url", "expected an http or https address");
    }
    if (settings.bucket.isBlank()) {
      section.problem("bucket", "expected a name");
    }
    return settings;
  }

  /** The settings without the token, because logs show them. */
  @Override
  public String toString() {
    return url + " org=" + org + " bucket=" + bucket;
  }
}
