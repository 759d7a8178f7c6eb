// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.foreshock.monitor.wire.Version;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class ForeshockTest {
  @ParameterizedTest
  @ValueSource(strings = {"--version", "replay --version", "fit chinchilla -V", "preflight -V"})
  void everyCommandPrintsItsVersion(String arguments) {
    StringWriter out = new StringWriter();
    CommandLine line = Foreshock.commandLine().setOut(new PrintWriter(out, true));
    assertEquals(0, line.execute(arguments.split(" ")));
    assertEquals("foreshock " + Version.TEXT, out.toString().strip());
  }
}
