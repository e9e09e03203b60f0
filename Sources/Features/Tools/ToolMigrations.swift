public import Database

/// The schema of Tools. Append-only.
public enum ToolMigrations {
  public static let all: [Migration] = [
    Migration("tools", 1) { _ in
      [
        """
        CREATE TABLE tools (
          id TEXT PRIMARY KEY, name TEXT NOT NULL, description TEXT NOT NULL, language TEXT NOT NULL, other_names TEXT NOT NULL,
          kinds TEXT NOT NULL, makers TEXT NOT NULL, platforms TEXT NOT NULL, languages TEXT NOT NULL, licence TEXT, cost TEXT NOT NULL,
          works_offline BIGINT, works_on_basic_phone BIGINT, upkeep TEXT NOT NULL, website TEXT, repository TEXT, sectors TEXT NOT NULL,
          tags TEXT NOT NULL, has_confirmed_functions BIGINT NOT NULL, source TEXT NOT NULL, external_id TEXT, origin TEXT NOT NULL,
          state TEXT NOT NULL, corrected TEXT NOT NULL, home TEXT NOT NULL, version BIGINT NOT NULL,
          created_at BIGINT NOT NULL, changed_at BIGINT NOT NULL, checked_at BIGINT NOT NULL)
        """,
        // Tools that nobody else lists have no external id; any number of them may be without one.
        "CREATE UNIQUE INDEX tools_by_external_id ON tools (source, external_id)",
        "CREATE INDEX tools_by_state ON tools (state, created_at)",
      ]
    }
  ]
}
