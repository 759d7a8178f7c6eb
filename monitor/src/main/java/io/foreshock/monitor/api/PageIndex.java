// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The dashboard's {@code index.html} as it is served. Its scripts and styles have a path that
 * changes with their content, so that a browser may keep them. All modules are named in it, because
 * otherwise a browser learns of each only from the one that imports it.
 *
 * @param version part of the path; a hash of all these files
 * @param html the page
 */
record PageIndex(String version, String html) {
  /** The path {@code /v/VERSION/FILE} of a file of some version. */
  static final Pattern VERSIONED = Pattern.compile("/v/([0-9a-f]{16})/(.+)");

  private static final Pattern REFERENCE = Pattern.compile("(src|href)=\"((?:js|css)/[^\"]+)\"");
  private static final Pattern IMPORT = Pattern.compile(" from '(\\.[^']+)';");

  /**
   * Reads the index and all that it needs.
   *
   * @param files the text of a file, by its path in the dashboard
   */
  static PageIndex of(Function<String, String> files) {
    String html = files.apply("index.html");
    Map<String, String> needed = new LinkedHashMap<>();
    REFERENCE.matcher(html).results().forEach(found -> add(found.group(2), files, needed));
    String version = hash(html, needed);
    String modules =
        needed.keySet().stream()
            .filter(path -> path.endsWith(".js") && !html.contains('"' + path + '"'))
            .map("    <link rel=\"modulepreload\" href=\"%s\">\n"::formatted)
            .collect(Collectors.joining());
    Matcher all = REFERENCE.matcher(html.replace("  </head>", modules + "  </head>"));
    return new PageIndex(version, all.replaceAll("$1=\"v/" + version + "/$2\""));
  }

  private static void add(String path, Function<String, String> files, Map<String, String> needed) {
    if (needed.containsKey(path)) {
      return;
    }
    String text = files.apply(path);
    needed.put(path, text);
    if (path.endsWith(".js")) {
      IMPORT
          .matcher(text)
          .results()
          .forEach(
              found ->
                  add(
                      Path.of(path).resolveSibling(found.group(1)).normalize().toString(),
                      files,
                      needed));
    }
  }

  private static String hash(String html, Map<String, String> files) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(html.getBytes(StandardCharsets.UTF_8));
      files.values().forEach(text -> digest.update(text.getBytes(StandardCharsets.UTF_8)));
      return HexFormat.of().formatHex(digest.digest(), 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
