// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.duckdb.DuckDBConnection;

/**
 * Numbers for the texts in rows. Number 0 is the empty text.
 *
 * <p><b>Threads.</b> The writer numbers and saves; any thread looks up.
 */
final class Dictionary {
  private final Map<String, Integer> ids = new ConcurrentHashMap<>();
  private final Map<Integer, String> names = new ConcurrentHashMap<>();
  private final List<Integer> unsaved = new ArrayList<>();

  Dictionary(DuckDBConnection connection) throws SQLException {
    new Sql(connection)
        .each(
            "SELECT id, name FROM names",
            row -> {
              ids.put(row.getString(2), row.getInt(1));
              names.put(row.getInt(1), row.getString(2));
            });
    id("");
  }

  /** The number of a text; a new one when it has none. */
  int id(String name) {
    Integer known = ids.get(name);
    if (known != null) {
      return known;
    }
    int id = ids.size();
    names.put(id, name);
    ids.put(name, id);
    unsaved.add(id);
    return id;
  }

  /** The number of a text, or -1 when no row has it. */
  int find(String name) {
    return ids.getOrDefault(name, -1);
  }

  /** The text of a number. */
  String name(int id) {
    return names.getOrDefault(id, "unreadable name " + id);
  }

  /** Writes new numbers inside the writer's transaction. */
  void save(DuckDBConnection connection) throws SQLException {
    if (unsaved.isEmpty()) {
      return;
    }
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO names VALUES (?, ?)")) {
      for (int id : unsaved) {
        insert.setInt(1, id);
        insert.setString(2, name(id));
        insert.execute();
      }
    }
  }

  /** All texts, in the order of their numbers. */
  List<String> all() {
    return IntStream.range(0, ids.size()).mapToObj(this::name).toList();
  }

  /** Notes that the transaction of {@link #save} is committed. */
  void saved() {
    unsaved.clear();
  }
}
