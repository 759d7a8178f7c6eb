// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording;

import io.foreshock.predictors.telemetry.LineReader;
import io.foreshock.predictors.telemetry.MalformedLineException;
import io.foreshock.predictors.telemetry.Point;
import io.foreshock.predictors.telemetry.Telemetry;
import org.jspecify.annotations.Nullable;

/** Gives the first run of a log the name that a person gave; other runs keep theirs. */
final class GivenName implements LineReader.Lines {
  private final String given;
  private final LineReader.Lines receiver;
  private @Nullable String first;

  GivenName(String given, LineReader.Lines receiver) {
    this.given = given;
    this.receiver = receiver;
  }

  @Override
  public void line(Point point) throws MalformedLineException {
    String run = point.tag(Telemetry.RUN);
    if (run != null) {
      first = first == null ? run : first;
      if (run.equals(first)) {
        point.setTag(Telemetry.RUN, given);
      }
    }
    receiver.line(point);
  }

  @Override
  public void bad(long number, String reason) {
    receiver.bad(number, reason);
  }
}
