// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LiveHubTest {
  private final LiveHub hub = new LiveHub();

  @Test
  void everySubscriberOfARunGetsItsEventsInOrder_andNobodyElses() {
    List<String> first = new ArrayList<>();
    List<String> second = new ArrayList<>();
    hub.subscribe("a", event -> first.add(event.data()));
    hub.subscribe("a", event -> second.add(event.data()));
    hub.publish("a", new LiveEvent("step", "1"));
    hub.publish("b", new LiveEvent("step", "2"));
    hub.publish("a", new LiveEvent("step", "3"));
    assertEquals(List.of("1", "3"), first);
    assertEquals(List.of("1", "3"), second);
  }

  @Test
  void aRunIsWatchedFromItsFirstSubscriptionToItsLast() {
    assertFalse(hub.watched("a"));
    LiveHub.Subscription first = hub.subscribe("a", event -> {});
    LiveHub.Subscription second = hub.subscribe("a", event -> {});
    assertTrue(hub.watched("a"));
    assertFalse(hub.watched("b"));
    first.close();
    assertTrue(hub.watched("a"));
    second.close();
    assertFalse(hub.watched("a"));
  }

  @Test
  void streamsAndPollsAreCountedApart_andEachEndsOnce() {
    LiveHub.Subscription stream = hub.subscribe("a", event -> {});
    LiveHub.Subscription poll = hub.subscribe(LiveHub.Kind.POLL, "a", event -> {});
    assertEquals(1, hub.subscriptions(LiveHub.Kind.STREAM));
    assertEquals(1, hub.subscriptions(LiveHub.Kind.POLL));
    stream.close();
    stream.close();
    assertEquals(0, hub.subscriptions(LiveHub.Kind.STREAM));
    assertEquals(1, hub.subscriptions(LiveHub.Kind.POLL));
    poll.close();
    assertEquals(0, hub.subscriptions(LiveHub.Kind.POLL));
  }

  @Test
  void aSubscriberMayEndItsSubscriptionWhileItIsCalled() {
    List<String> seen = new ArrayList<>();
    LiveHub.Subscription[] subscription = new LiveHub.Subscription[1];
    subscription[0] =
        hub.subscribe(
            "a",
            event -> {
              seen.add(event.data());
              subscription[0].close();
            });
    hub.publish("a", new LiveEvent("step", "1"));
    hub.publish("a", new LiveEvent("step", "2"));
    assertEquals(List.of("1"), seen);
  }
}
