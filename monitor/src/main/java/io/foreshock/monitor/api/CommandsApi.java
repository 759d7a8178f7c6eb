// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.monitor.audit.Audit;
import io.foreshock.monitor.control.Command;
import io.foreshock.monitor.control.CommandJson;
import io.foreshock.monitor.control.CommandLedger;
import io.foreshock.monitor.control.CommandStatus;
import io.foreshock.monitor.control.Origin;
import io.foreshock.monitor.live.LiveHub;
import io.foreshock.monitor.pipeline.Engine;
import io.foreshock.monitor.pipeline.Entry;
import io.foreshock.monitor.pipeline.Parts;
import io.foreshock.monitor.pipeline.RunView;
import io.foreshock.monitor.wire.Json;
import io.foreshock.predictors.control.CommandName;
import io.foreshock.predictors.control.Instruction;
import io.foreshock.predictors.control.Limits;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Commands to runs: their history, polls of training runs, approvals and acknowledgements. */
record CommandsApi(Parts parts, RunsApi runsApi, Engine engine, AuditApi audit) {
  private static final long MAX_WAIT_SECONDS = 60;
  private static final int MAX_TEXT = 1000;
  private static final Map<String, CommandStatus> ACKNOWLEDGEMENTS =
      Map.of(
          "accepted", CommandStatus.ACCEPTED,
          "done", CommandStatus.DONE,
          "refused", CommandStatus.REFUSED,
          "failed", CommandStatus.FAILED);

  /**
   * {@code GET …/commands}: all commands. With {@code after=} or {@code wait=} only those that the
   * training run must still carry out; waits until there is one.
   */
  void list(RoutingContext ctx) {
    RunView view = runsApi.view(ctx);
    if (!ctx.request().params().contains("after") && !ctx.request().params().contains("wait")) {
      Answers.json(ctx, Json.array(view.commands(), CommandJson::of));
      return;
    }
    long after = Answers.integer(ctx, "after", 0, 0, Long.MAX_VALUE);
    long wait = Answers.integer(ctx, "wait", 0, 0, Long.MAX_VALUE);
    engine.polled(view.run(), after);
    poll(ctx, view.run(), after, Math.min(wait, MAX_WAIT_SECONDS));
  }

  /** {@code POST …/commands}: a command, or {@code {"approve": id}} or {@code {"reject": id}}. */
  void post(RoutingContext ctx) {
    String run = runsApi.view(ctx).run();
    JsonNode body = Answers.body(ctx);
    @Nullable String by = Answers.by(body);
    if (Stream.of("approve", "reject", "command").filter(body::has).count() > 1) {
      throw new IllegalArgumentException("expected one of approve, reject and command");
    }
    if (body.has("approve") || body.has("reject")) {
      boolean approve = body.has("approve");
      long id = id(body.get(approve ? "approve" : "reject"));
      CommandStatus status = approve ? CommandStatus.PENDING : CommandStatus.REJECTED;
      String detail = text(body, "detail", approve ? "approved" : "rejected");
      Future<Command> judged =
          submit(
              ctx,
              run,
              (ledger, view) ->
                  new Entry.Judged(run, ledger.awaitingApproval(id).id(), status, detail));
      Audit.What what = approve ? Audit.What.APPROVED : Audit.What.REJECTED;
      answer(ctx, 200, noting(ctx, judged, what, detail, by));
    } else {
      Instruction instruction = instruction(body);
      String reason = text(body, "reason", "given by a person");
      Origin origin = new Origin(reason, null, null);
      long nowNanos = parts.clock().millis() * 1_000_000;
      Future<Command> given =
          submit(
              ctx,
              run,
              (ledger, view) -> {
                ledger.refuseWhenFull();
                return new Entry.Issued(
                    run,
                    ledger.draft(
                        instruction,
                        CommandStatus.PENDING,
                        origin,
                        nowNanos,
                        view.newest().segment(),
                        view.newest().step()));
              });
      answer(ctx, 201, noting(ctx, given, Audit.What.COMMAND, reason, by));
    }
  }

  /** {@code POST …/commands/{id}/ack}: the training run's acknowledgement of a command. */
  void acknowledge(RoutingContext ctx) {
    String run = runsApi.view(ctx).run();
    long id = Answers.id(ctx.pathParam("id"));
    JsonNode body = Answers.body(ctx);
    CommandStatus status = ACKNOWLEDGEMENTS.get(body.path("status").asText());
    if (status == null) {
      throw new IllegalArgumentException(
          "status = " + body.path("status") + ": expected accepted, done, refused or failed");
    }
    @Nullable Long step = step(body.path("step"));
    @Nullable String detail = detail(body.path("detail"));
    Future<Command> acknowledged =
        submit(
            ctx,
            run,
            (ledger, view) ->
                new Entry.Acknowledged(
                    run, ledger.acknowledgeable(id, status).id(), status, step, detail));
    answer(ctx, 200, acknowledged);
  }

  private Future<Command> submit(
      RoutingContext ctx, String run, BiFunction<CommandLedger, RunView, Entry.OfCommand> request) {
    return Future.fromCompletionStage(
        engine.control(run, request), ctx.vertx().getOrCreateContext());
  }

  private Future<Command> noting(
      RoutingContext ctx, Future<Command> done, Audit.What what, String why, @Nullable String by) {
    return audit.noting(
        ctx,
        done,
        command -> {
          String detail = command.name().wireName() + " " + command.id() + ": " + why;
          return new Audit.Act(command.run(), by, what, detail);
        });
  }

  private static void answer(RoutingContext ctx, int status, Future<Command> done) {
    done.onSuccess(command -> Answers.json(ctx, status, CommandJson.of(command)))
        .onFailure(ctx::fail);
  }

  private void poll(RoutingContext ctx, String run, long after, long waitSeconds) {
    AtomicBoolean answered = new AtomicBoolean();
    Context context = ctx.vertx().getOrCreateContext();
    Runnable answer =
        () -> {
          if (answered.compareAndSet(false, true) && !ctx.response().ended()) {
            Answers.json(ctx, Json.array(given(run, after), CommandJson::of));
          }
        };
    if (waitSeconds == 0) {
      answer.run();
      return;
    }
    LiveHub live = parts.live();
    int maxPolls = parts.config().limits().clients().polls();
    if (live.subscriptions(LiveHub.Kind.POLL) >= maxPolls) {
      ctx.response().putHeader("Retry-After", "5");
      throw new ApiException(
          429, maxPolls + " clients wait for commands already, which is the limit");
    }
    // subscribes before it reads, so that a command given in between is not missed
    LiveHub.Subscription subscription =
        live.subscribe(
            LiveHub.Kind.POLL,
            run,
            event -> {
              if (event.name().equals("command") && !deliverable(run, after).isEmpty()) {
                context.runOnContext(go -> answer.run());
              }
            });
    long timer = ctx.vertx().setTimer(waitSeconds * 1000, id -> answer.run());
    ctx.addEndHandler(
        end -> {
          subscription.close();
          ctx.vertx().cancelTimer(timer);
        });
    if (!deliverable(run, after).isEmpty()) {
      answer.run();
    }
  }

  private List<Command> deliverable(String run, long after) {
    return parts.runs().view(run).map(RunView::commands).orElse(List.of()).stream()
        .filter(command -> command.id() > after && command.status().deliverable())
        .toList();
  }

  /**
   * The commands in the answer to a poll. A training run that obeyed an id above all commands here
   * cannot have seen these commands. So it also receives those below that id, and acknowledges
   * them. They do not end the wait, because a client that ignores them would ask again at once.
   */
  private List<Command> given(String run, long after) {
    List<Command> all = parts.runs().view(run).map(RunView::commands).orElse(List.of());
    boolean stranger = all.stream().allMatch(command -> command.id() < after);
    return stranger
        ? all.stream().filter(command -> command.status() == CommandStatus.PENDING).toList()
        : deliverable(run, after);
  }

  /** The command that a person gives. */
  private static Instruction instruction(JsonNode body) {
    CommandName name = CommandName.of(body.path("command").asText());
    JsonNode arguments = body.path("arguments");
    if (!arguments.isMissingNode() && !arguments.isNull() && !arguments.isObject()) {
      throw new IllegalArgumentException("arguments: expected a JSON object");
    }
    return Instruction.checked(name, Json.values(arguments), Limits.OF_A_PERSON);
  }

  private static String text(JsonNode body, String key, String fallback) {
    String text = Answers.text(body, key, MAX_TEXT);
    return text == null ? fallback : text;
  }

  /** The training run's text. A longer one is cut, because its acknowledgement must not be lost. */
  private static @Nullable String detail(JsonNode detail) {
    if (!detail.isTextual()) {
      return null;
    }
    String text = detail.asText();
    return text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT - 1) + "…" : text;
  }

  private static @Nullable Long step(JsonNode step) {
    return step.isMissingNode() || step.isNull() ? (Long) null : (Long) Answers.step(step);
  }

  private static long id(JsonNode json) {
    long id = Answers.id(json.asText());
    if (id < 1 || id > Instruction.MAX_NUMBER) {
      throw new IllegalArgumentException("id = " + json + ": expected a command's number");
    }
    return id;
  }
}
