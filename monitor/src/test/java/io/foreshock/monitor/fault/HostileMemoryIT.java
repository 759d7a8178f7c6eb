// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.monitor.MonitorProcess;
import io.foreshock.monitor.Telemetry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Senders that invent names without end, at a monitor with a small heap: it refuses what is too
 * much, stays up, answers, and goes on watching the run that behaves.
 */
class HostileMemoryIT {
  private static final int BATCH = 2000;
  private static final String CONFIG =
      """
      limits: {body_bytes: 4194304, decompressed_bytes: 4194304, in_flight_bytes: 16777216}
      store: {memory: 256MB}
      """;

  @TempDir Path directory;
  private final HttpClient client = HttpClient.newHttpClient();

  @Test
  @Timeout(300)
  void tenThousandInventedNamesOfEachKind() throws Exception {
    invent(10_000);
  }

  @Test
  @Tag("slow")
  @Timeout(3000)
  void aMillionInventedNamesOfEachKind() throws Exception {
    invent(1_000_000);
  }

  private void invent(int count) throws Exception {
    try (MonitorProcess monitor =
        MonitorProcess.start(
            directory.resolve("data"), CONFIG, "-Xmx256m", "-XX:+ExitOnOutOfMemoryError")) {
      int step = 1;
      assertWell(monitor, step);
      for (IntFunction<String> invention : inventions()) {
        send(monitor, count, invention);
        step += 10;
        assertWell(monitor, step);
      }
    }
  }

  /** One line each, all of it new. */
  @SuppressWarnings("unchecked")
  private static IntFunction<String>[] inventions() {
    return new IntFunction[] {
      line("train_step,run=invented-%d step=1i,loss=1,grad_norm=1"),
      line("train_step,run=fields step=%1$di,field_%1$d=1"),
      line("train_layer,run=layers,layer=%d step=1i,grad_rms=1,output_rms=2,rms_ratio=1"),
      line("train_layer,run=heads,layer=0,head=%d step=1i,attention_logit_max=3"),
      line("gpu,run=tags,tag_%d=x temperature=70"),
      line("gpu,run=values,host=host_%d temperature=70"),
      line("measurement_%d,run=measurements value=1"),
      line("train_step,run=segments,segment=%1$d step=%1$di,loss=1"),
      line("run_config,run=announced field_%d=\"" + "x".repeat(500) + "\""),
      line("gpu,run=long,host=" + "x".repeat(900) + "%d temperature=70"),
      line("train_step,run=back step=%2$di,loss=NaN %1$d"),
    };
  }

  private static IntFunction<String> line(String line) {
    return i -> line.formatted(i, 1_000_000 - i) + "\n";
  }

  private void send(MonitorProcess monitor, int count, IntFunction<String> invention)
      throws Exception {
    for (int from = 0; from < count; from += BATCH) {
      StringBuilder lines = new StringBuilder();
      for (int i = from; i < Math.min(count, from + BATCH); i++) {
        lines.append(invention.apply(i));
      }
      HttpResponse<String> answer = post(monitor, lines.toString());
      for (int again = 0; isSaturated(answer) && again < 100; again++) {
        TimeUnit.MILLISECONDS.sleep(200); // what Retry-After asks for, less patiently
        answer = post(monitor, lines.toString());
      }
      int status = answer.statusCode();
      assertTrue(
          status == 204 || status == 400 || answer.body().contains("no room"),
          status + ": " + monitor.log());
    }
  }

  private static boolean isSaturated(HttpResponse<String> answer) {
    return answer.statusCode() == 429 && !answer.body().contains("no room");
  }

  private void assertWell(MonitorProcess monitor, int step) throws Exception {
    HttpResponse<String> taken = post(monitor, Telemetry.steps("behaves", step, step + 9));
    assertEquals(204, taken.statusCode(), () -> taken.body());
    assertTrue(get(monitor, "/api/v1/runs/behaves").contains("\"last_step\":" + (step + 9)));
    assertTrue(get(monitor, "/health").contains("\"pass\""));
    assertTrue(monitor.isAlive());
    assertFalse(monitor.log().contains("OutOfMemory"), monitor.log());
  }

  private HttpResponse<String> post(MonitorProcess monitor, String lines) throws Exception {
    return client.send(
        request(monitor, "/api/v2/write").POST(HttpRequest.BodyPublishers.ofString(lines)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private String get(MonitorProcess monitor, String path) throws Exception {
    return client.send(request(monitor, path).build(), HttpResponse.BodyHandlers.ofString()).body();
  }

  private static HttpRequest.Builder request(MonitorProcess monitor, String path) {
    return HttpRequest.newBuilder(URI.create(monitor.url() + path));
  }
}
