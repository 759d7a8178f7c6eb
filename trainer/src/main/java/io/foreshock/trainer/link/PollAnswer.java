// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.link;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the commands in the answer to a poll, which is not trusted.
 *
 * <p>Bytes, depth and tokens are bounded so that an answer cannot fill the memory.
 */
final class PollAnswer {
  /** Most bytes of an answer. A monitor keeps up to 1000 commands per run, of about 2 kB each. */
  static final int MOST_BYTES = 4 << 20;

  /** Most commands of one answer; a monitor sends the rest with the next one. */
  static final int MOST_COMMANDS = 1000;

  private static final Logger LOG = LoggerFactory.getLogger(PollAnswer.class);
  private static final ObjectMapper JSON =
      new ObjectMapper(
          JsonFactory.builder()
              .streamReadConstraints(
                  StreamReadConstraints.builder()
                      .maxNestingDepth(100)
                      .maxTokenCount(500_000)
                      .build())
              .build());

  private PollAnswer() {}

  /**
   * Returns the commands of an answer, at most {@link #MOST_COMMANDS}.
   *
   * @throws IOException when it is not the answer of a monitor
   */
  static List<Command> commands(Exchange.Answer answer) throws IOException {
    if (answer.status() != 200) {
      throw new IOException("answer " + answer.status() + " to a poll for commands");
    }
    if (!answer.whole()) {
      throw new IOException("the answer to a poll has more than " + MOST_BYTES + " bytes");
    }
    JsonNode body = JSON.readTree(answer.text());
    JsonNode list = body.isArray() ? body : body.path("commands");
    if (!list.isArray()) {
      throw new IOException("expected a list of commands, not: " + answer.excerpt());
    }
    List<Command> commands = new ArrayList<>();
    for (JsonNode json : list) {
      Command command = commands.size() < MOST_COMMANDS ? Command.of(json) : null;
      if (command != null) {
        commands.add(command);
      }
    }
    if (commands.size() < list.size()) {
      LOG.debug("{} of {} commands are ignored", list.size() - commands.size(), list.size());
    }
    return commands;
  }
}
