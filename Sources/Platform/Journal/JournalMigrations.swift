public import Database

/// The journal's schema.
public enum JournalMigrations {
  public static let all: [Migration] = [
    Migration("journal", 1) { engine in
      // PostgreSQL numbers entries after their commit. `arrival` keeps the order in which they were inserted: an act that begins
      // after another's commit has the higher one, whichever server's clock is ahead.
      let arrival: SQL = engine == .postgresql ? "arrival BIGINT GENERATED ALWAYS AS IDENTITY," : ""
      var statements: [SQL] = [
        """
        CREATE TABLE journal_entries (
          id TEXT PRIMARY KEY, node TEXT NOT NULL, at BIGINT NOT NULL, actor TEXT NOT NULL, feature TEXT NOT NULL,
          kind TEXT NOT NULL, subject TEXT NOT NULL, commitment \(raw: engine.bytes) NOT NULL, epoch BIGINT, position BIGINT,
          \(arrival) UNIQUE (epoch, position))
        """,
        "CREATE INDEX journal_entries_by_subject ON journal_entries (subject, feature)",
        """
        CREATE TABLE journal_payloads (
          entry TEXT PRIMARY KEY REFERENCES journal_entries (id), payload \(raw: engine.bytes) NOT NULL,
          salt \(raw: engine.bytes) NOT NULL)
        """,
        // That every seal has another predecessor keeps two sealers from forking the chain.
        """
        CREATE TABLE journal_seals (
          epoch BIGINT NOT NULL, position BIGINT NOT NULL, hash \(raw: engine.bytes) NOT NULL,
          previous \(raw: engine.bytes) NOT NULL UNIQUE, signature \(raw: engine.bytes) NOT NULL, at BIGINT NOT NULL,
          PRIMARY KEY (epoch, position))
        """,
        // One row. `cluster` is what the database server says about itself: when it says something else, this is a copy.
        "CREATE TABLE journal_state (id BIGINT PRIMARY KEY CHECK (id = 1), epoch BIGINT NOT NULL, cluster TEXT)",
        "INSERT INTO journal_state (id, epoch) VALUES (1, 1)",
        """
        CREATE TABLE idempotency (
          scope TEXT NOT NULL, key TEXT NOT NULL, body_hash \(raw: engine.bytes) NOT NULL, subject TEXT NOT NULL,
          at BIGINT NOT NULL, PRIMARY KEY (scope, key))
        """,
        "CREATE INDEX idempotency_by_time ON idempotency (at)",
      ]
      if engine == .postgresql {
        statements.append("CREATE INDEX journal_entries_unnumbered ON journal_entries (arrival) WHERE position IS NULL")
      }
      return statements
    }
  ]
}
