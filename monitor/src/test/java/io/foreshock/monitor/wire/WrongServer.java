// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Something that listens where another service is expected and answers as it likes. */
public final class WrongServer implements AutoCloseable {

  /** What follows a request. */
  public enum Manner {
    /** A chunked body without end. */
    ENDLESS,
    /** Nothing after the head. */
    HANGING,
    /** {@link #body}, at once. */
    WHOLE
  }

  public final AtomicInteger requests = new AtomicInteger();
  public final AtomicLong bytesSent = new AtomicLong();

  /** Connections that the other side closed before it was answered. */
  public final AtomicInteger givenUp = new AtomicInteger();

  public final List<String> requestLines = new CopyOnWriteArrayList<>();
  public volatile Manner manner;
  public volatile int status = 200;
  public volatile String body = "[]";
  private final ServerSocket server;

  public WrongServer(Manner manner) throws IOException {
    this.manner = manner;
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    start(this::acceptAll);
  }

  public URI uri() {
    return URI.create("http://127.0.0.1:" + server.getLocalPort());
  }

  private void acceptAll() {
    try {
      while (true) {
        Socket socket = server.accept();
        start(() -> answer(socket));
      }
    } catch (IOException closed) {
      return;
    }
  }

  private static void start(Runnable task) {
    Thread thread = new Thread(task, "wrong-server");
    thread.setDaemon(true);
    thread.start();
  }

  private void answer(Socket socket) {
    try (socket) {
      InputStream in = socket.getInputStream();
      String request = new String(in.readNBytes(16), StandardCharsets.UTF_8);
      byte[] rest = new byte[1 << 16];
      request += new String(rest, 0, Math.max(0, in.read(rest)), StandardCharsets.UTF_8);
      requestLines.add(request.lines().findFirst().orElse(""));
      requests.incrementAndGet();
      OutputStream out = socket.getOutputStream();
      switch (manner) {
        case ENDLESS -> endless(out);
        case HANGING -> {
          head(out, "Content-Length: 100");
          while (in.read(rest) >= 0) {
            continue; // a body may still be on its way
          }
          givenUp.incrementAndGet();
        }
        case WHOLE -> {
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          head(out, "Connection: close\r\nContent-Length: " + bytes.length);
          out.write(bytes);
        }
      }
    } catch (IOException e) {
      givenUp.incrementAndGet();
    }
  }

  private void head(OutputStream out, String headers) throws IOException {
    String head = "HTTP/1.1 " + status + " Any\r\n" + headers + "\r\n\r\n";
    out.write(head.getBytes(StandardCharsets.US_ASCII));
  }

  private void endless(OutputStream out) throws IOException {
    head(out, "Transfer-Encoding: chunked");
    byte[] chunk = new byte[(1 << 14) + 8];
    Arrays.fill(chunk, (byte) ' '); // blanks before a JSON value, without end
    byte[] size = "4000\r\n".getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(size, 0, chunk, 0, size.length);
    chunk[chunk.length - 2] = '\r';
    chunk[chunk.length - 1] = '\n';
    while (true) {
      out.write(chunk);
      bytesSent.addAndGet(chunk.length);
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
