// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class MonitorCommandTest {
  @TempDir Path data;

  @ParameterizedTest
  @ValueSource(strings = {"70000", "-1"})
  void aPortThatIsNoneIsAUsageError(String port) {
    StringWriter err = new StringWriter();
    CommandLine command = new CommandLine(new MonitorCommand());
    command.setErr(new PrintWriter(err));
    assertEquals(2, command.execute("--check", "--data=" + data, "--port=" + port));
    String expected = "--port = " + port + ": expected an integer from 0 to 65535";
    assertTrue(err.toString().contains(expected), err.toString());
  }
}
