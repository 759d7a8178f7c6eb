// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.page;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.deque.html.axecore.selenium.AxeBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.WebDriverWait;

/** A headless Chromium, as Debian installs it; a test that finds none is skipped. */
final class Browser implements AutoCloseable {
  private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
  private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  /** An expression: the controls shown that have no name, as HTML; empty when each has one. */
  static final String NAMELESS =
      "[...document.querySelectorAll('button, input, select, textarea, a, summary')]"
          + ".filter((e) => e.checkVisibility() && !(e.ariaLabel || e.textContent.trim()"
          + " || [...(e.labels ?? [])].some((l) => l.textContent.trim())))"
          + ".map((e) => e.outerHTML).join(' ')";

  private final ChromeDriver driver;

  private Browser(ChromeDriver driver) {
    this.driver = driver;
  }

  static Browser open(Path profile) {
    assumeTrue(
        Files.isExecutable(CHROMIUM) && Files.isExecutable(DRIVER),
        "no browser: install Debian's chromium and chromium-driver");
    ChromeOptions options = new ChromeOptions();
    options.setBinary(CHROMIUM.toFile());
    options.addArguments(
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--window-size=1400,1600",
        "--user-data-dir=" + profile);
    LoggingPreferences logging = new LoggingPreferences();
    logging.enable(LogType.BROWSER, java.util.logging.Level.ALL);
    options.setCapability("goog:loggingPrefs", logging);
    // both paths given, so that nothing is looked for or downloaded
    ChromeDriverService service =
        new ChromeDriverService.Builder().usingDriverExecutable(DRIVER.toFile()).build();
    return new Browser(new ChromeDriver(service, options));
  }

  void go(String url) {
    driver.get("about:blank"); // so that a change of the fragment alone loads the page anew
    driver.get(url);
  }

  /** The first element of that kind, once it is shown. */
  WebElement shown(String css) {
    return new WebDriverWait(driver, PATIENCE)
        .withMessage("nothing shown at " + css)
        .until(
            d ->
                d.findElements(By.cssSelector(css)).stream()
                    .filter(WebElement::isDisplayed)
                    .findFirst()
                    .orElse(null));
  }

  /** The button with that text, once it is shown. */
  WebElement button(String text) {
    return new WebDriverWait(driver, PATIENCE)
        .withMessage("no button " + text)
        .until(
            d ->
                d.findElements(By.tagName("button")).stream()
                    .filter(button -> button.isDisplayed() && button.getText().equals(text))
                    .findFirst()
                    .orElse(null));
  }

  /** Shows pages as a screen of that width does, in the dark or the light colours. */
  void screen(int width, int height, boolean dark) {
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
    String colours = dark ? "dark" : "light";
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", colours))));
  }

  /** Waits until a JavaScript expression, in which {@code charts} are the page's, is true. */
  void await(String expression) {
    new WebDriverWait(driver, PATIENCE)
        .withMessage("never came true: " + expression)
        .until(d -> Boolean.TRUE.equals(evaluate(expression)));
  }

  /** Value of a JavaScript expression, in which {@code charts} are the page's by field. */
  Object evaluate(String expression) {
    return driver.executeAsyncScript(
        "const done = arguments[0];"
            + "const base = document.querySelector('script[type=module]').src;"
            + "import(new URL('chart.js', base)).then(async ({ charts }) => done("
            + expression
            + ")).catch((e) => done(String(e)));");
  }

  /** What axe finds wrong for people who cannot see, or not well: rule, element, what to do. */
  List<String> accessibilityViolations() {
    return violations(
        new AxeBuilder()
            .withTags(List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice")));
  }

  /** What axe finds too faint to be read. */
  List<String> contrastViolations() {
    return violations(new AxeBuilder().withRules(List.of("color-contrast")));
  }

  private List<String> violations(AxeBuilder axe) {
    return axe.analyze(driver).getViolations().stream()
        .flatMap(
            rule ->
                rule.getNodes().stream()
                    .map(
                        node ->
                            rule.getId() + ": " + node.getHtml() + " " + node.getFailureSummary()))
        .toList();
  }

  /** The element that has the focus. */
  WebElement active() {
    return driver.switchTo().activeElement();
  }

  /** What the page complained of since last asked, errors only. */
  List<String> complaints() {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .filter(entry -> entry.getLevel().intValue() >= java.util.logging.Level.SEVERE.intValue())
        .map(LogEntry::getMessage)
        .toList();
  }

  void screenshot(String name) throws IOException {
    Path directory = Files.createDirectories(Path.of("target", "screenshots"));
    Files.write(directory.resolve(name + ".png"), driver.getScreenshotAs(OutputType.BYTES));
  }

  @Override
  public void close() {
    driver.quit();
  }
}
