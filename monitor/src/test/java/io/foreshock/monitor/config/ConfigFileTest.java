// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.monitor.config.MonitorConfig.StoreSettings.Kind;
import io.foreshock.predictors.online.Severity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigFileTest {
  private static final Path DOCUMENT = Path.of("../docs/configuration.md");

  @Test
  void anEmptyFileIsTheDefaults() {
    assertEquals(8087, ConfigFile.parse("x", "").access().port());
    assertEquals("127.0.0.1", ConfigFile.parse("x", "# nothing\n").access().host());
  }

  @Test
  void fillsInFromTheEnvironment() {
    String yaml =
        """
        host: ${HOST}
        tokens: ["${TOKEN}", "a-${TOKEN}-$z"]
        notifiers: [{name: n, url: "https://${HOST}/hook", secret: "{TOKEN} $TOKEN"}]
        """;
    MonitorConfig config =
        ConfigFile.parse("x", yaml, Map.of("HOST", "10.0.0.1", "TOKEN", "t$1\\-and-12-more"));
    assertEquals("10.0.0.1", config.access().host());
    assertEquals(List.of("t$1\\-and-12-more", "a-t$1\\-and-12-more-$z"), config.access().tokens());
    assertEquals("https://10.0.0.1/hook", config.notifiers().get(0).url());
    assertEquals("{TOKEN} $TOKEN", config.notifiers().get(0).secret());
  }

  @Test
  void refusesAVariableThatIsNotThere() {
    String yaml = "tokens: [\"${TOKEN}\"]\npublic_url: http://${HOST}/\n";
    String message =
        assertThrows(ConfigException.class, () -> ConfigFile.parse("x", yaml, Map.of("TOKEN", "")))
            .getMessage();
    assertTrue(message.contains("${TOKEN}: this environment variable is unset"), message);
    assertTrue(message.contains("${HOST}: this environment variable is unset"), message);
  }

  @Test
  void refusesATokenThatCanBeGuessedAndDoesNotShowIt() {
    String yaml = "tokens: [sesame7, '', '        ', sesame-8]";
    String message =
        assertThrows(ConfigException.class, () -> ConfigFile.parse("x", yaml)).getMessage();
    for (String token : new String[] {"tokens[0]", "tokens[1]", "tokens[2]"}) {
      assertTrue(message.contains(token + ": expected at least 8 characters"), message);
    }
    assertFalse(message.contains("tokens[3]") || message.contains("sesame"), message);
    assertTrue(message.contains("openssl rand -hex 16"), message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tokens: [~]", "tokens: [a: b]", "tokens: [[a]]"})
  void refusesATokenThatIsNoText(String yaml) {
    String message =
        assertThrows(ConfigException.class, () -> ConfigFile.parse("x", yaml)).getMessage();
    assertTrue(message.contains("tokens[0] = "), message);
  }

  @Test
  void refusesWhatIsNoOriginOrChart() {
    String yaml =
        """
        page:
          charts: [train_step.kl, kl, "gpu.a b"]
          frame_ancestors:
            - https://grafana.example.com
            - http://*.example.com:3000
            - "https://a.example; script-src *"
            - "*"
            - "https://a.example/path"
        """;
    String message =
        assertThrows(ConfigException.class, () -> ConfigFile.parse("x", yaml)).getMessage();
    assertTrue(message.contains("page.charts[1] = 'kl': expected a measurement and a field"));
    assertTrue(message.contains("page.charts[2]"), message);
    assertFalse(message.contains("frame_ancestors[0]"), message);
    assertFalse(message.contains("frame_ancestors[1]"), message);
    for (int i = 2; i <= 4; i++) {
      assertTrue(message.contains("page.frame_ancestors[" + i + "] = "), message);
    }
  }

  @Test
  void refusesANumberThatFitsNowhere() {
    String yaml = "port: 18446744073709551617"; // 2^64 + 1
    String message =
        assertThrows(ConfigException.class, () -> ConfigFile.parse("x", yaml)).getMessage();
    assertTrue(message.contains("expected an integer from 0 to 65535"), message);
  }

  @Test
  void listsAllProblemsAtOnce() {
    String yaml =
        """
        hots: a
        port: 99999
        policy: {mode: always, runs: [{match: a, moed: act}]}
        notifiers: [{type: pigeon, url: "ftp://x"}]
        limits: 5
        """;
    String message =
        assertThrows(ConfigException.class, () -> ConfigFile.parse("f.yaml", yaml)).getMessage();
    for (String part :
        new String[] {
          "f.yaml",
          "hots: unknown key",
          "port = 99999: expected an integer from 0 to 65535",
          "policy.mode = \"always\": expected one of observe, advise, act",
          "policy.runs[0].moed: unknown key",
          "notifiers[0].type = \"pigeon\"",
          "notifiers[0].name: expected",
          "notifiers[0].url: 'ftp://x' is not an http",
          "limits: expected a mapping"
        }) {
      assertTrue(message.contains(part), () -> part + " is not in " + message);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://alert_manager:9000/s3cret",
        "http:///s3cret",
        "http://",
        "https://hooks.example.com:70000/s3cret",
        "http://a b/s3cret",
        "mailto:me@example.com",
        ""
      })
  void refusesAnAddressThatCannotBePostedTo(String url) {
    String yaml = "notifiers: [{name: n, url: \"" + url + "\"}]";
    String message =
        assertThrows(ConfigException.class, () -> ConfigFile.parse("x", yaml)).getMessage();
    assertTrue(message.contains("notifiers[0].url: '"), message);
    assertTrue(message.contains("with a host"), message);
    assertTrue(!message.contains("s3cret"), "a webhook's path is a secret: " + message);
  }

  @Test
  void theStoreMayBeGivenByItsKindAlone() {
    assertEquals(Kind.DUCKDB, ConfigFile.defaults().store().kind());
    MonitorConfig.StoreSettings store = ConfigFile.parse("x", "store: influxdb").store();
    assertEquals(Kind.INFLUXDB, store.kind());
    assertEquals("http://127.0.0.1:8086", store.influxdb().url());
    String message =
        assertThrows(ConfigException.class, () -> ConfigFile.parse("x", "store: sqlite"))
            .getMessage();
    assertTrue(message.contains("expected one of duckdb, influxdb, both"), message);
    assertTrue(
        !ConfigFile.parse("x", "store: {influxdb: {token: s3cret}}").toString().contains("s3cret"));
  }

  @Test
  void namesOfTheUsersOwnAreChecked() {
    String message =
        assertThrows(
                ConfigException.class,
                () -> ConfigFile.parse("x", "names: {my/loss: los, loss: grad_norm, a: [b]}"))
            .getMessage();
    assertTrue(message.contains("names: 'los' for 'my/loss': expected one of step,"), message);
    assertTrue(message.contains("'loss' is a name of the contract"), message);
    assertTrue(message.contains("names.a = [\"b\"]: expected text"), message);
    assertThrows(ConfigException.class, () -> ConfigFile.parse("x", "names: [a]"));
  }

  @Test
  void refusesWhatIsNoYaml() {
    assertThrows(ConfigException.class, () -> ConfigFile.parse("x", "a: [1"));
    assertThrows(ConfigException.class, () -> ConfigFile.read(Path.of("not-there.yaml")));
  }

  @Test
  void theDocumentNamesEveryKeyWithItsDefault() throws IOException {
    Map<String, String> documented = new TreeMap<>();
    Matcher row =
        Pattern.compile("^\\| `([^`]+)` \\| (none|`([^`]+)`) \\|", Pattern.MULTILINE)
            .matcher(Files.readString(DOCUMENT));
    while (row.find()) {
      documented.put(row.group(1), row.group(3) == null ? "none" : row.group(3));
    }
    Map<String, String> actual = new TreeMap<>();
    ConfigFile.keys().forEach((key, value) -> actual.put(key, value.isEmpty() ? "none" : value));
    assertEquals(actual, documented);
  }

  @Test
  void theDocumentsExampleIsAccepted() throws IOException {
    String text = Files.readString(DOCUMENT);
    String yaml = text.substring(text.indexOf("```yaml\n") + 8);
    MonitorConfig config =
        ConfigFile.parse(
            "example",
            yaml.substring(0, yaml.indexOf("```")),
            Map.of("FORESHOCK_TOKEN", "a-long-random-text"));
    assertEquals(List.of("a-long-random-text"), config.access().tokens());
    assertEquals(PolicyMode.ACT, config.policy().modeOf("pretrain-7b-2"));
    assertEquals(PolicyMode.OBSERVE, config.policy().modeOf("sweep-1"));
    assertEquals(PolicyMode.ADVISE, config.policy().modeOf("other"));
    assertEquals(Severity.CRITICAL, config.notifiers().get(1).minSeverity());
  }

  @ParameterizedTest
  @ValueSource(strings = {"monitor.yaml", "monitor.influx.yaml"})
  void theImagesConfigurationsAreAccepted(String file) throws IOException {
    Map<String, String> environment =
        Map.of(
            "FORESHOCK_TOKEN", "a-long-random-text",
            "FORESHOCK_PUBLIC_URL", "https://f.example",
            "FORESHOCK_INFLUXDB_TOKEN", "i");
    String yaml = Files.readString(Path.of("../docker", file));
    MonitorConfig config = ConfigFile.parse(file, yaml, environment);
    assertEquals("0.0.0.0", config.access().host());
    assertEquals(Path.of("/data"), config.data());
    assertEquals(List.of("a-long-random-text"), config.access().tokens());
    assertEquals("https://f.example", config.access().publicUrl());
  }
}
