// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.monitor.TestMonitor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The dashboard's files: what a browser keeps, and in how few rounds it has them. */
class PageFilesIT {
  @TempDir Path data;

  @Test
  void theIndexNamesEveryModuleByAPathThatBrowsersKeep() throws Exception {
    try (TestMonitor monitor = TestMonitor.start(data, "")) {
      HttpResponse<String> index = monitor.get("/");
      assertEquals("no-cache", header(index, "Cache-Control"));
      List<String> paths =
          PageIndex.VERSIONED
              .matcher(index.body().replace("\"v/", "\"/v/").replace('"', '\n'))
              .results()
              .map(found -> found.group())
              .toList();
      assertTrue(paths.size() > 100, paths.size() + " files");
      for (String path : paths) {
        HttpResponse<String> file = monitor.get(path);
        assertEquals(200, file.statusCode(), path);
        assertTrue(header(file, "Cache-Control").contains("immutable"), path);
        file.body()
            .lines()
            .filter(line -> line.matches("^(import|export|\\}).* from '.*';"))
            .map(line -> line.replaceAll(".* from '(.*)';", "$1"))
            .forEach(
                imported ->
                    assertTrue(
                        paths.contains(URI.create(path).resolve(imported).getPath()),
                        path + " imports " + imported));
      }
    }
  }

  @Test
  void aFileOfAnotherVersionIsServedButNotKept() throws Exception {
    try (TestMonitor monitor = TestMonitor.start(data, "")) {
      HttpResponse<String> file = monitor.get("/v/0123456789abcdef/js/app.js");
      assertEquals(200, file.statusCode());
      assertEquals("no-cache", header(file, "Cache-Control"));
      assertEquals(file.body(), monitor.get("/js/app.js").body());
      assertEquals(404, monitor.get("/v/0123456789abcdef/js/none.js").statusCode());
    }
  }

  @Test
  void filesAreCompressedForThoseThatTakeIt() throws Exception {
    try (TestMonitor monitor = TestMonitor.start(data, "")) {
      for (String path : List.of("/", "/js/app.js", "/css/base.css")) {
        HttpResponse<byte[]> plain = read(monitor, path, "gzip;q=0, identity");
        HttpResponse<byte[]> packed = read(monitor, path, "br, gzip;q=0.8");
        assertFalse(plain.headers().firstValue("Content-Encoding").isPresent());
        assertEquals("gzip", packed.headers().firstValue("Content-Encoding").orElseThrow());
        assertEquals("Accept-Encoding", packed.headers().firstValue("Vary").orElseThrow());
        assertTrue(packed.body().length < plain.body().length, path);
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(packed.body()))) {
          assertEquals(new String(plain.body()), new String(in.readAllBytes()));
        }
      }
    }
  }

  @Test
  void theVersionChangesWithTheContent() {
    PageIndex one = PageIndex.of(path -> text(path, "1"));
    assertEquals(one.version(), PageIndex.of(path -> text(path, "1")).version());
    assertNotEquals(one.version(), PageIndex.of(path -> text(path, "2")).version());
    String v = "v/" + one.version();
    assertEquals(
        "<head>\n    <link rel=\"modulepreload\" href=\""
            + v
            + "/js/b/c.js\">\n  </head><script src=\""
            + v
            + "/js/app.js\">",
        one.html());
  }

  private static String text(String path, String value) {
    return switch (path) {
      case "index.html" -> "<head>\n  </head><script src=\"js/app.js\">";
      case "js/app.js" -> "import {\n  a, b,\n} from './b/c.js';\n";
      case "js/b/c.js" -> "export { x } from '../app.js';\nconst value = " + value + ";";
      default -> throw new AssertionError(path);
    };
  }

  private static String header(HttpResponse<?> answer, String name) {
    return answer.headers().firstValue(name).orElse("");
  }

  private static HttpResponse<byte[]> read(TestMonitor monitor, String path, String encodings)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(monitor.url() + path))
            .header("Accept-Encoding", encodings)
            .build();
    return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofByteArray());
  }
}
