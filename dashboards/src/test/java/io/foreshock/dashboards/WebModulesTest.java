// SPDX-License-Identifier: Apache-2.0
package io.foreshock.dashboards;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Runs the tests of the page's pure modules with Node's own test runner. */
class WebModulesTest {
  @Test
  void pureModulesKeepTheirPromises() throws IOException, InterruptedException {
    assumeTrue(hasNode(), "node 20 or newer is not installed: the page's modules are not tested");
    List<String> command = new ArrayList<>(List.of("node", "--test"));
    try (Stream<Path> files = Files.list(Path.of("src/test/web"))) {
      files
          .filter(file -> file.toString().endsWith(".test.mjs"))
          .map(Path::toString)
          .forEach(command::add);
    }
    Process node = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, node.waitFor(), output);
  }

  private static boolean hasNode() throws InterruptedException {
    try {
      Process node = new ProcessBuilder("node", "--version").start();
      String version = new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return node.waitFor() == 0 && version.matches("v(2[0-9]|[3-9][0-9])\\..*\\s*");
    } catch (IOException e) {
      return false; // not on the path
    }
  }
}
