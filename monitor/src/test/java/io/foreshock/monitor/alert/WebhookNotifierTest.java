// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.alert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.monitor.config.NotifierSettings;
import io.foreshock.monitor.wire.Json;
import io.foreshock.predictors.online.Alarm;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class WebhookNotifierTest extends NotifierContract {
  private static final Clock CLOCK =
      Clock.fixed(Instant.ofEpochMilli(1_800_000_000_999L), ZoneOffset.UTC);

  @Override
  NotifierSettings.Type type() {
    return NotifierSettings.Type.WEBHOOK;
  }

  @Override
  Notifier notifier(NotifierSettings settings) {
    return new WebhookNotifier(settings, CLOCK);
  }

  @Test
  void postsTheAlarmAsItIs() throws InterruptedException {
    deliver(target.url());
    Target.Request request = target.requests.get(0);
    assertEquals(Json.text(notice().body()), new String(request.body(), StandardCharsets.UTF_8));
    assertEquals("alarm", request.header("X-foreshock-event"));
    assertEquals("", request.header("X-foreshock-signature"));
  }

  @Test
  void aMessageHasADeliveryIdOfItsOwnThatStaysWhenItIsRepeated() throws InterruptedException {
    String[] keys = {"n|AaAa|critical", "n|BBBB|critical"};
    assertEquals(keys[0].hashCode(), keys[1].hashCode());
    Set<String> ids = new HashSet<>();
    for (String key : keys) {
      for (int attempt = 0; attempt < 2; attempt++) {
        notifier(settings(target.url(), "")).deliver(notice(key, Alarm.State.OPEN));
      }
    }
    target.requests.forEach(request -> ids.add(request.header("X-foreshock-delivery")));
    assertEquals(4, target.requests.size());
    assertEquals(2, ids.size(), ids.toString());
    assertTrue(ids.stream().allMatch(id -> id.matches("[0-9a-f]{32}")), ids.toString());
  }

  @Test
  void signsTimeAndBody() throws Exception {
    notifier(settings(target.url(), "key")).deliver(notice());
    Target.Request request = target.requests.get(0);
    assertEquals("1800000000", request.header("X-foreshock-timestamp"));
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec("key".getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    mac.update(request.header("X-foreshock-timestamp").getBytes(StandardCharsets.UTF_8));
    mac.update((byte) '.');
    String expected = "sha256=" + HexFormat.of().formatHex(mac.doFinal(request.body()));
    assertEquals(expected, request.header("X-foreshock-signature"));
  }

  @Test
  void signsAsAnyHmacDoes() {
    // computed with: printf '17.{}' | openssl dgst -sha256 -hmac key
    assertEquals(
        "sha256=e66392eac42eafc68c35a01c712811e016386c12456975fc3af80c9268568e3a",
        WebhookNotifier.signature("key", "17", "{}".getBytes(StandardCharsets.UTF_8)));
  }
}
