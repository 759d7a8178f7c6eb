// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.alert;

import io.foreshock.monitor.config.NotifierSettings;
import io.foreshock.monitor.wire.Json;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Posts the JSON of an alarm or command without changes.
 *
 * <p>Headers: {@code X-Foreshock-Event: alarm|command}, and {@code X-Foreshock-Delivery}, which is
 * the same when a message is repeated. With a secret there are also {@code X-Foreshock-Timestamp}
 * (seconds) and {@code X-Foreshock-Signature: sha256=} with the hex HMAC-SHA256 of {@code timestamp
 * + "." + body}. So nobody can forge the body or replay it later.
 */
public final class WebhookNotifier implements Notifier {
  private static final String ALGORITHM = "HmacSHA256";

  private final NotifierSettings settings;
  private final Clock clock;
  private final Post post;

  /**
   * Creates a notifier with these settings.
   *
   * @param clock gives the time that is signed
   */
  public WebhookNotifier(NotifierSettings settings, Clock clock) {
    this.settings = settings;
    this.clock = clock;
    this.post = new Post(settings.url(), settings.timeoutSeconds());
  }

  @Override
  public Delivery deliver(Notice notice) throws InterruptedException {
    byte[] body = Json.bytes(notice.body());
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("X-Foreshock-Event", notice.topic().wireName());
    headers.put("X-Foreshock-Delivery", deliveryId(notice.key()));
    if (!settings.secret().isEmpty()) {
      String timestamp = Long.toString(clock.millis() / 1000);
      headers.put("X-Foreshock-Timestamp", timestamp);
      headers.put("X-Foreshock-Signature", signature(settings.secret(), timestamp, body));
    }
    return post.send(body, headers);
  }

  /** 128 bits, because receivers drop a message whose id they have seen: ids must not collide. */
  private static String deliveryId(String key) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 16);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** The signature header's value. */
  static String signature(String secret, String timestamp, byte[] body) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM));
      mac.update((timestamp + ".").getBytes(StandardCharsets.UTF_8));
      return "sha256=" + HexFormat.of().formatHex(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + ALGORITHM, e);
    }
  }
}
