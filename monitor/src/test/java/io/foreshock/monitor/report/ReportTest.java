// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.monitor.TestAlarms;
import io.foreshock.monitor.wire.Json;
import io.foreshock.monitor.wire.RaisedAlarm;
import io.foreshock.predictors.online.Alarm;
import io.foreshock.predictors.online.Severity;
import io.foreshock.predictors.postmortem.Track;
import io.foreshock.predictors.telemetry.RunConfig;
import io.foreshock.predictors.telemetry.Segment;
import io.foreshock.predictors.telemetry.Signal;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** The report of a made-up run with a spike, a spike that was rolled back, and a divergence. */
class ReportTest {
  private static final String HOSTILE = "<script>alert('x')</script>|*bold*";
  private static final long SPIKE = 200;
  private static final long ROLLED_BACK = 400;
  private static final long DIVERGED = 700;

  /** Losses around 2 with a little noise; see the constants for the exceptions. */
  private record MadeRun() implements ReportedRun {
    @Override
    public List<JsonNode> events() {
      return List.of();
    }

    @Override
    public String name() {
      return HOSTILE;
    }

    @Override
    public RunConfig configuration() {
      return new RunConfig(Map.of("optimizer", "<b>adamw</b>"));
    }

    @Override
    public List<RaisedAlarm> alarms() {
      return List.of(
          TestAlarms.raised(HOSTILE, "spike", ROLLED_BACK - 12, Alarm.State.OPEN, Severity.WARNING),
          TestAlarms.raised(
              HOSTILE, "spike", ROLLED_BACK + 2, Alarm.State.UPDATE, Severity.CRITICAL));
    }

    @Override
    public List<JsonNode> commands() {
      return List.of(
          Json.tree(
              """
              {"id": 7, "command": "rollback", "arguments": {"to_step": 350}, "status": "done",
               "step": 410, "done_step": 410, "reason": "it <jumped>", "incident": "spike",
               "issued": "1970-01-01T00:00:01Z"}"""));
    }

    @Override
    public List<Segment> segments() {
      return List.of(
          new Segment(0, -1, 0, 410, 1, false), new Segment(1, 0, 350, 900, 2_000_000_000L, true));
    }

    @Override
    public List<Change> changes() {
      return List.of();
    }

    @Override
    public Track track(Signal signal, int segment, long from, long to) {
      Track all = signal == Signal.LOSS ? losses(segment) : Track.empty(signal, null);
      return all.between(from, to);
    }

    @Override
    public List<Track> tracks(int segment, long from, long to) {
      return List.of(track(Signal.LOSS, segment, from, to));
    }

    private static Track losses(int segment) {
      long[] steps =
          LongStream.rangeClosed(segment == 0 ? 1 : 351, segment == 0 ? 410 : 900).toArray();
      double[] values = new double[steps.length];
      for (int i = 0; i < steps.length; i++) {
        values[i] = loss(segment, steps[i]);
      }
      return new Track(Signal.LOSS, null, steps, values);
    }

    private static double loss(int segment, long step) {
      double calm = 2 + 0.01 * Math.sin(step * 1.7) + 0.01 * Math.cos(step * 0.61);
      boolean spike = step >= SPIKE && step < SPIKE + 6;
      boolean rolledBack = segment == 0 && step >= ROLLED_BACK;
      if (segment == 1 && step >= DIVERGED) {
        return Double.NaN;
      }
      return spike || rolledBack ? calm + 4 : calm;
    }
  }

  private static final RunReport REPORT = RunReport.of(new MadeRun());

  @Test
  void jsonHasTheNumbersOfEachEpisode() {
    JsonNode json = Json.tree(RunReport.Format.JSON.write(REPORT));
    assertEquals(HOSTILE, json.get("run").asText(), "JSON escapes by itself");
    assertEquals(900, json.get("last_step").asLong());
    JsonNode episodes = json.get("episodes");
    assertEquals(3, episodes.size(), episodes::toString);

    JsonNode spike = episodes.get(0);
    assertEquals(SPIKE, spike.get("start").asLong());
    assertFalse(spike.get("rolled_back").asBoolean());
    assertEquals(SPIKE + 6, spike.get("end").asLong());
    assertEquals(2, spike.get("loss_before").asDouble(), 0.03);
    assertEquals(6, spike.get("loss_peak").asDouble(), 0.03);

    JsonNode rolledBack = episodes.get(1);
    assertEquals(ROLLED_BACK, rolledBack.get("start").asLong());
    assertTrue(rolledBack.get("rolled_back").asBoolean());
    assertEquals(350, rolledBack.get("rolled_back_to").asLong());
    assertTrue(rolledBack.get("end").isNull());
    assertEquals(12, rolledBack.at("/known/0/lead_steps").asLong());
    assertEquals(ROLLED_BACK + 2, rolledBack.at("/known/0/critical").asLong());
    assertEquals(7, rolledBack.at("/actions/0/id").asLong());

    JsonNode diverged = episodes.get(2);
    assertEquals(DIVERGED, diverged.get("start").asLong());
    assertEquals(1, diverged.get("segment").asInt());
    assertEquals(201, diverged.get("nonfinite").asLong());
    assertTrue(diverged.get("loss_peak").isNull(), "infinite is no number of JSON");
    assertTrue(diverged.get("loss_after").isNull());
  }

  @Test
  void theSentencesDescribeEachEpisode() {
    assertTrue(
        Prose.summary(REPORT).startsWith("3 episodes were found in 900 steps"),
        Prose.summary(REPORT));
    String spike = story(0);
    assertTrue(
        spike.startsWith(
            "At step 200 the loss jumped from 1.999 nats per token; its highest was 6.013 at step"
                + " 204. It was back at its level at step 206: a cost of 6 steps."),
        spike);
    assertTrue(spike.contains("Only the loss was measured"), spike);
    assertTrue(spike.contains("No warning was open around the onset."), spike);
    String rolledBack = story(1);
    assertTrue(rolledBack.contains("It was rolled back to step 350"), rolledBack);
    assertTrue(
        rolledBack.contains(
            "The first warning (loss spike) came 12 steps before, at step 388; the first critical"
                + " alarm (loss spike) 2 steps after."),
        rolledBack);
    assertTrue(rolledBack.contains("The run went on from step 350 as segment 1."), rolledBack);
    assertTrue(rolledBack.contains("It did not happen again within 200 steps."), rolledBack);
    String diverged = story(2);
    assertTrue(diverged.contains("At step 700 the loss left its level of "), diverged);
    assertTrue(diverged.contains("it was not finite (201 values in all)."), diverged);
  }

  @Test
  void theEffectOfARollbackIsMeasured() {
    Action rollback = REPORT.actions().get(0);
    assertEquals("rollback", rollback.command());
    assertTrue(
        rollback.effect().startsWith("The run went on from step 350 as segment 1. At step 410"),
        rollback.effect());
  }

  @Test
  void htmlEscapesWhatComesFromTheRun() {
    String html = RunReport.Format.HTML.write(REPORT);
    assertFalse(html.contains("<script"), "a run's name runs nothing");
    assertTrue(html.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;|*bold*"));
    assertTrue(html.contains("&lt;b&gt;adamw&lt;/b&gt;"), "its configuration");
    assertTrue(html.contains("it &lt;jumped&gt;"), "a command's reason");
    assertTrue(html.contains("<section id=\"episode-3\" class=\"episode\">"));
    assertTrue(html.contains("<svg class=\"plot\""), "the loss is plotted");
    assertTrue(html.contains("default-src 'none'"), "it loads nothing");
  }

  @Test
  void markdownEscapesWhatComesFromTheRun() {
    String text = RunReport.Format.MD.write(REPORT);
    String title = text.lines().findFirst().orElseThrow();
    assertEquals("# Post-mortem of &lt;script>alert('x')&lt;/script>\\|\\*bold\\*", title);
    assertTrue(text.contains("| 2 | "), "the rolled-back episode's row");
    assertTrue(text.contains(" | rolled back | "), text);
    assertTrue(text.contains("it &lt;jumped>"), text);
    for (String row : text.lines().filter(line -> line.startsWith("| 1 |")).toList()) {
      assertEquals(12, row.split("(?<!\\\\)\\|", -1).length, row);
    }
  }

  private static String story(int finding) {
    return String.join(" ", Prose.story(REPORT.findings().get(finding)));
  }
}
