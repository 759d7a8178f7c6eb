// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.control;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.foreshock.monitor.wire.Json;
import io.foreshock.predictors.control.CommandName;
import io.foreshock.predictors.control.Instruction;
import org.junit.jupiter.api.Test;

class CommandJsonTest {
  private static final String OF_A_PERSON =
      "{\"id\":7,\"run\":\"r\",\"command\":\"pause\",\"arguments\":{},\"status\":\"pending_approval\","
          + "\"reason\":\"why\",\"incident\":null,\"issued\":\"1970-01-01T00:00:00Z\",\"step\":5,"
          + "\"done_step\":null,\"detail\":null,\"evidence\":null}";
  private static final String OF_THE_POLICY =
      "{\"id\":8,\"run\":\"r\",\"command\":\"rollback\",\"arguments\":{\"to_step\":400,"
          + "\"skip_batches\":{\"from\":-3,\"count\":200}},\"status\":\"done\",\"reason\":\"why\","
          + "\"incident\":\"r/2/loss_spike/500\",\"issued\":\"1970-01-01T00:00:00Z\",\"step\":505,"
          + "\"done_step\":400,\"detail\":\"back\",\"evidence\":{\"kind\":\"loss_spike\","
          + "\"policy\":{\"segment\":2}}}";

  @Test
  void aCommandOfAnEarlierVersionIsShownAsItWas() throws Exception {
    for (String json : new String[] {OF_A_PERSON, OF_THE_POLICY}) {
      assertEquals(json, CommandJson.of(read(json)).toString());
    }
  }

  @Test
  void itsSegmentIsThatOfItsEvidence() throws Exception {
    assertEquals(2, read(OF_THE_POLICY).segment());
    assertEquals(-1, read(OF_A_PERSON).segment());
  }

  @Test
  void aCommandIsReadAsItWasKept() throws Exception {
    Origin origin = new Origin("why", null, null);
    Command command =
        new CommandLedger("r")
            .draft(new Instruction.Plain(CommandName.PAUSE), CommandStatus.PENDING, origin, 0, 3, 5)
            .with(CommandStatus.DONE, 6L, "so it is");
    assertEquals(command, read(Json.text(command)));
    assertEquals(3, Json.tree(Json.text(command)).path("segment").asInt());
    assertEquals(false, CommandJson.of(command).has("segment"), "no part of the API");
  }

  private static Command read(String json) throws JsonProcessingException {
    return Json.MAPPER.readValue(json, Command.class);
  }
}
