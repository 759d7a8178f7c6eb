// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** What is logged while it is open, at WARN or above. */
public final class TestLog extends AppenderBase<ILoggingEvent> implements AutoCloseable {
  private final List<String> troubles = new CopyOnWriteArrayList<>();
  private final Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);

  private TestLog() {}

  /** Begins to listen. */
  public static TestLog capture() {
    TestLog log = new TestLog();
    log.setContext(log.root.getLoggerContext());
    log.start();
    log.root.addAppender(log);
    return log;
  }

  /** Lines at WARN or above, oldest first. */
  public List<String> troubles() {
    return List.copyOf(troubles);
  }

  @Override
  protected void append(ILoggingEvent event) {
    if (event.getLevel().isGreaterOrEqual(Level.WARN)) {
      troubles.add(event.getLevel() + " " + event.getFormattedMessage());
    }
  }

  @Override
  public void close() {
    root.detachAppender(this);
    stop();
  }
}
