// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.config;

import java.util.List;

/**
 * Settings of the page.
 *
 * @param charts signals that a run's page charts at first, such as {@code train_step.kl}; empty =
 *     the page's own choice
 * @param frameAncestors origins whose pages may embed the page; empty = none
 */
public record PageSettings(List<String> charts, List<String> frameAncestors) {
  private static final String CHART = "[^.\\s]+\\.\\S+";

  /** An origin as a content security policy writes it. Nothing else may get into the header. */
  private static final String ORIGIN =
      "https?://(\\*\\.)?[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)*(:[0-9]{1,5})?";

  static PageSettings read(Section section) {
    return new PageSettings(
        texts(section, "charts", CHART, "a measurement and a field, such as train_step.kl"),
        texts(section, "frame_ancestors", ORIGIN, "an origin such as https://grafana.example.com"));
  }

  private static List<String> texts(Section section, String key, String form, String expected) {
    List<String> texts = section.texts(key);
    for (int i = 0; i < texts.size(); i++) {
      if (!texts.get(i).matches(form)) {
        section.problem(key + "[" + i + "] = '" + texts.get(i) + "'", "expected " + expected);
      }
    }
    return texts;
  }
}
