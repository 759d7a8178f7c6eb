// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What people say of a run. Immutable.
 *
 * @param description its tags and notes, and whether it is archived
 * @param acknowledgements the newest {@value #MOST_ACKNOWLEDGEMENTS}, one for an incident, oldest
 *     first
 */
public record Remarks(Description description, List<Acknowledgement> acknowledgements) {
  /** As many as {@link RunIncidents} remembers incidents. */
  private static final int MOST_ACKNOWLEDGEMENTS = 1000;

  /** Nothing is said. */
  public static final Remarks NONE = new Remarks(new Description(null, null, false), List.of());

  /**
   * How people describe a run.
   *
   * @param tags in place of those of the run's configuration; null = those
   * @param notes in place of those of the run's configuration; null = those
   * @param archived whether people are done with the run; it changes nothing else
   */
  public record Description(
      @Nullable List<String> tags, @Nullable String notes, boolean archived) {}

  /** The same with another description. */
  Remarks with(Description newer) {
    return new Remarks(newer, acknowledgements);
  }

  /** The same with an acknowledgement, which replaces the one of its incident. */
  Remarks with(Acknowledgement newer) {
    List<Acknowledgement> all = new ArrayList<>(acknowledgements);
    all.removeIf(earlier -> earlier.incident().equals(newer.incident()));
    all.add(newer);
    int surplus = Math.max(0, all.size() - MOST_ACKNOWLEDGEMENTS);
    return new Remarks(description, List.copyOf(all.subList(surplus, all.size())));
  }

  /** The acknowledgement of an incident. */
  public Optional<Acknowledgement> of(String incident) {
    return acknowledgements.stream().filter(ack -> ack.incident().equals(incident)).findFirst();
  }
}
