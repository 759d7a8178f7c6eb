// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** Requests as they stand, byte for byte. */
public final class RawHttp {
  private static final int PATIENCE_MILLIS = 20_000;

  private RawHttp() {}

  /** A connection to the monitor at that address. */
  public static Socket connect(String url) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), URI.create(url).getPort());
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.setTcpNoDelay(true);
    return socket;
  }

  /** Sends a text, then nothing more; all that is answered before the connection is closed. */
  public static String exchange(String url, String request) throws IOException {
    return exchange(url, request.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Sends bytes, then nothing more; all that is answered before the connection is closed. */
  public static String exchange(String url, byte[] request) throws IOException {
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    try (Socket socket = connect(url)) {
      socket.getOutputStream().write(request);
      socket.shutdownOutput();
      socket.getInputStream().transferTo(answer);
    } catch (java.net.SocketException e) {
      // reset: it was closed with something unread
    }
    return answer.toString(StandardCharsets.ISO_8859_1);
  }
}
