// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.fault;

import java.util.ArrayList;
import java.util.List;

/** Requests as attackers, broken proxies and other protocols send them. */
final class MalformedRequests {
  private static final List<String> METHODS =
      List.of("GET", "POST", "HEAD", "PUT", "OPTIONS", "CONNECT", "TRACE", "PRI", "NONSENSE");
  private static final List<String> TARGETS =
      List.of(
          "/api/v1/runs/%zz",
          "/api/v1/runs/%",
          "/api/v1/runs/x/commands?after=%zz",
          "/api/v1/runs?q=%zz",
          "/%u1234",
          "/%00",
          "/a\0b",
          "/api/v1/runs/%ff%fe",
          "/api/v1/runs/\u00ff",
          "/../../etc/passwd",
          "/%2e%2e/",
          "//",
          "*",
          "?x",
          "#",
          "",
          "no-slash",
          "http://elsewhere/api/v1/runs",
          "http:",
          "elsewhere:443",
          "/{}|\\^`",
          "/" + "a".repeat(5000));
  private static final List<String> LINES =
      List.of(
          "",
          "\r\n\r\n",
          "GET",
          "GET /",
          "GET / HTTP/0.9",
          "GET / HTTP/1.2",
          "GET / HTTP/9.9",
          "GET / HTTP/1",
          "GET / HTTP/-1.1",
          "GET / XTTP/1.1",
          "GET / HTTP/1.1 more",
          " GET / HTTP/1.1",
          "G\0T / HTTP/1.1",
          "\0\0\0",
          "\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\u0003\u0003",
          "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0");
  private static final List<String> HOSTS =
      List.of(
          "127.0.0.1@evil",
          "",
          "a b",
          "[::1",
          "127.0.0.1:99999999",
          "127.0.0.1:x",
          "\u00ff",
          "%zz");
  private static final List<String> HEADERS =
      List.of(
          "NoColon",
          ": no name",
          "A B: c",
          "A\0: c",
          "A: \0",
          " A: folded",
          "A: \u007f\1",
          "Expect: nonsense",
          "Expect: 100-continue",
          "A: " + "x".repeat(9000),
          "A: b\r\n".repeat(3000) + "A: b",
          "Content-Type: multipart/form-data",
          "Origin: %%%",
          "Authorization: Basic %%%",
          "Authorization:",
          "Cookie: \1;;=;",
          "Content-Encoding: br",
          "Content-Encoding: gzip",
          "Upgrade: websocket",
          "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk",
          "Host: elsewhere");
  private static final List<String> LENGTHS =
      List.of(
          "-1",
          "abc",
          "99999999999999999999",
          "3\r\nContent-Length: 4",
          "3, 4",
          "+3",
          "0x3",
          "",
          "3\r\nTransfer-Encoding: chunked",
          "9223372036854775807");
  private static final List<String> CODINGS =
      List.of("xchunked", "gzip, chunked", "chunked, gzip", "chunked\r\nContent-Length: 3", "");
  private static final List<String> CHUNKS =
      List.of(
          "zz\r\nabc\r\n",
          "-1\r\nabc\r\n",
          "ffffffffffffffffff\r\nabc",
          "80000000\r\nabc",
          "3\r\nabcdef\r\n0\r\n\r\n",
          "3" + "x".repeat(10_000),
          "3;" + "x".repeat(10_000) + "\r\nabc\r\n0\r\n\r\n",
          "3\r\nabc\r\n0\r\nT: " + "y".repeat(10_000) + "\r\n\r\n",
          "3\r\nabc\r\n0\r\nNoColon\r\n\r\n",
          "3\nabc\n0\n\n",
          "3\r\nab");
  private static final List<String> ROUTES =
      List.of("GET /api/v1/runs", "POST /api/v2/write", "POST /api/v1/preflight", "POST /nowhere");

  private MalformedRequests() {}

  /** All of them, each with these headers where it has any. */
  static List<String> texts(String head) {
    List<String> texts = new ArrayList<>();
    texts.add("GET /api/v1/runs HTTP/1.1\r\n\r\n");
    texts.add("GET / HTTP/1.1\r\n" + head + "\r\n\0\u00ff\r\n\r\n");
    texts.add(("GET /ping HTTP/1.1\r\n" + head + "\r\n").repeat(3) + "GET /%zz HTTP/1.1\r\n\r\n");
    for (String method : METHODS) {
      TARGETS.forEach(t -> texts.add(method + " " + t + " HTTP/1.1\r\n" + head + "\r\n"));
    }
    LINES.forEach(line -> texts.add(line + "\r\n" + head + "\r\n"));
    HOSTS.forEach(
        host ->
            texts.add(
                "GET /api/v1/runs HTTP/1.1\r\n"
                    + head.replace("127.0.0.1\r\n", host + "\r\n")
                    + "\r\n"));
    for (String route : ROUTES) {
      String start = route + " HTTP/1.1\r\n" + head;
      HEADERS.forEach(h -> texts.add(start + h + "\r\nContent-Length: 3\r\n\r\nabc"));
      LENGTHS.forEach(l -> texts.add(start + "Content-Length: " + l + "\r\n\r\nabc"));
      CODINGS.forEach(c -> texts.add(start + "Transfer-Encoding: " + c + "\r\n\r\n3\r\nabc\r\n"));
      CHUNKS.forEach(c -> texts.add(start + "Transfer-Encoding: chunked\r\n\r\n" + c));
    }
    return texts;
  }
}
