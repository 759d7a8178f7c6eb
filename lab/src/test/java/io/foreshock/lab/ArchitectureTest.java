// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code docs/architecture.md} lists the packages that exist, and the arrows between them. */
class ArchitectureTest {
  private static final Path HOME = Path.of("..");

  /** A row of the document: {@code | `room` | what it is for | uses | }. */
  private static final Pattern ROW = Pattern.compile("\\| `([a-z.]+)` \\|[^|]+\\|([^|]*)\\|");

  private static final Pattern NAME = Pattern.compile("`([a-z.]+)`");
  private static final Pattern IMPORT =
      Pattern.compile("^import (?:static )?io\\.foreshock\\.([a-z.]+)\\.[A-Z]", Pattern.MULTILINE);

  @ParameterizedTest
  @ValueSource(strings = {"predictors", "monitor", "lab", "trainer"})
  void theDocumentShowsThePackagesAndWhatEachUses(String module) throws IOException {
    assertEquals(
        text(packages(module)),
        text(documented(module)),
        "docs/architecture.md, section " + module + ": what is expected is in the sources");
  }

  private static String text(Map<String, TreeSet<String>> rooms) {
    StringBuilder text = new StringBuilder();
    rooms.forEach((room, uses) -> text.append(room).append(" uses ").append(uses).append('\n'));
    return text.toString();
  }

  private static Map<String, TreeSet<String>> documented(String module) throws IOException {
    String document = Files.readString(HOME.resolve("docs/architecture.md"));
    int begin = document.indexOf("## `" + module + "`");
    int end = document.indexOf("\n## ", begin + 1);
    Map<String, TreeSet<String>> rooms = new TreeMap<>();
    Matcher row = ROW.matcher(document.substring(begin, end < 0 ? document.length() : end));
    while (row.find()) {
      rooms.put(
          row.group(1),
          new TreeSet<>(NAME.matcher(row.group(2)).results().map(name -> name.group(1)).toList()));
    }
    return rooms;
  }

  /** The module's own package goes by the module's name. */
  private static Map<String, TreeSet<String>> packages(String module) throws IOException {
    Path base = HOME.resolve(module + "/src/main/java/io/foreshock/" + module);
    Map<String, TreeSet<String>> rooms = new TreeMap<>();
    for (Path file : sources(base)) {
      String room = base.relativize(file.getParent()).toString().replace('/', '.');
      TreeSet<String> uses =
          rooms.computeIfAbsent(room.isEmpty() ? module : room, name -> new TreeSet<>());
      Matcher found = IMPORT.matcher(Files.readString(file));
      while (found.find()) {
        String[] imported = found.group(1).split("\\.", 2);
        boolean within = imported[0].equals(module) && imported.length > 1;
        String used = within ? imported[1] : imported[0];
        if (!used.equals(room)) {
          uses.add(used);
        }
      }
    }
    return rooms;
  }

  private static List<Path> sources(Path base) throws IOException {
    try (Stream<Path> files = Files.walk(base)) {
      return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
    }
  }
}
