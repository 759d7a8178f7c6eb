// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.client;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.monitor.wire.WrongServer;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MonitorClientTest {

  @Test
  void answerWithoutEndIsAnError() throws Exception {
    try (WrongServer server = new WrongServer(WrongServer.Manner.ENDLESS)) {
      MonitorClient client = new MonitorClient(server.uri());
      IOException e = assertThrows(IOException.class, () -> client.alarms("run"));

      assertTrue(e.getMessage().contains("67108864 bytes"), e.getMessage());
    }
  }
}
