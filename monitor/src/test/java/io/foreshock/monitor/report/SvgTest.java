// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

class SvgTest {
  private static final Svg.Frame FRAME = new Svg.Frame(200, 100, 40, 10, 20, 30);
  private static final String HOSTILE = "<img src=x onerror=\"alert(1)\">&";

  private final Axis x = Axis.linear().include(0, 10).place(FRAME.left(), FRAME.east(), 0);
  private final Axis y = Axis.logarithmic().include(1, 10).place(FRAME.south(), FRAME.top(), 0);

  @Test
  void aFileIsWellFormedWhateverItsTextsAreAndLoadsNothing() throws Exception {
    Svg svg = Svg.file(FRAME, HOSTILE).names(HOSTILE, HOSTILE);
    svg.columns(x, x.ticks(5), Figures::number).rows(y, y.ticks(5), v -> HOSTILE);
    svg.openArea().dot("s0", 50, 50, 4, HOSTILE).closeArea();
    svg.cross("s1", 60, 60, HOSTILE).pointer("mark", 70, 70, HOSTILE);
    String text = svg.end();
    Document document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    assertEquals(HOSTILE, document.getElementsByTagName("title").item(0).getTextContent());
    assertFalse(text.contains("<img"));
    assertFalse(text.replace("http://www.w3.org/2000/svg", "").contains("http"));
    assertTrue(text.contains("prefers-color-scheme: dark"));
  }

  @Test
  void inAPageThePageHasTheStyles() {
    String text = Svg.inPage(FRAME, "Loss").end();
    assertTrue(text.startsWith("<svg class=\"plot\" viewBox=\"0 0 200 100\" role=\"img\""), text);
    assertFalse(text.contains("<style") || text.contains("http"), text);
  }

  @Test
  void pointsWithoutAPlaceAreLeftOut() {
    double[] xs = {0, 5, 10};
    double[] ys = {1, 0, 10};
    assertEquals(List.of("40.0,70.0", "190.0,20.0"), Svg.points(x, y, xs, ys));
    assertFalse(Svg.inPage(FRAME, "").line("s0", List.of(), "").end().contains("polyline"));
  }

  @Test
  void coloursComeAgain() {
    assertEquals("s7", Svg.series(7));
    assertEquals("s0", Svg.series(8));
  }
}
