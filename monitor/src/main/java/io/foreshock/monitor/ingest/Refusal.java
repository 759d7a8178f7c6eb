// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.ingest;

import io.foreshock.monitor.pipeline.Outcome;
import org.jspecify.annotations.Nullable;

/** Thrown to answer a request of another tool's client with an error in that tool's own words. */
public final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** A run leaves memory a minute after its end, or when it is saved and silent. */
  static final int RETRY_WITHOUT_ROOM_SECONDS = 30;

  private final int status;
  private final @Nullable String code;
  private final int retrySeconds;

  private Refusal(int status, @Nullable String code, String message, int retrySeconds) {
    super(message, null, false, false);
    this.status = status;
    this.code = code;
    this.retrySeconds = retrySeconds;
  }

  /**
   * Creates a refusal.
   *
   * @param code the protocol's own word for the error; null = the usual one for the status
   */
  public static Refusal of(int status, @Nullable String code, String message) {
    return new Refusal(status, code, message, 0);
  }

  /**
   * Throws when some lines of a request were not taken.
   *
   * @throws Refusal with 429 when the sender should send them again later, otherwise with 400
   */
  public static void unlessTaken(Outcome outcome) {
    if (outcome.dropped() == 0) {
      return;
    }
    String message =
        "%s; %s of %s lines dropped, the others kept"
            .formatted(outcome.message(), outcome.dropped(), outcome.taken() + outcome.dropped());
    if (outcome.noRoom() == null) {
      throw of(400, null, message);
    }
    throw new Refusal(
        429,
        null,
        message + "; send them again later: " + outcome.noRoom(),
        RETRY_WITHOUT_ROOM_SECONDS);
  }

  /** The status of the answer. */
  public int status() {
    return status;
  }

  /** The protocol's word for the error; null = the usual one for the status. */
  public @Nullable String code() {
    return code;
  }

  /** Seconds after which the client may try again; 0 = not said. */
  public int retrySeconds() {
    return retrySeconds;
  }
}
