public import Database

/// The schema of Messaging. Append-only.
public enum MessagingMigrations {
  public static let all: [Migration] = [
    Migration("messaging", 1) { _ in
      [
        """
        CREATE TABLE notices (
          id TEXT PRIMARY KEY, recipient TEXT NOT NULL, key TEXT NOT NULL, message TEXT NOT NULL, path TEXT NOT NULL,
          subject TEXT NOT NULL, is_urgent BIGINT NOT NULL, created_at BIGINT NOT NULL, seen_at BIGINT, mailed_at BIGINT,
          UNIQUE (recipient, key))
        """,
        "CREATE INDEX notices_by_recipient ON notices (recipient, created_at, id)",
        "CREATE INDEX notices_by_subject ON notices (subject)",
        "CREATE INDEX notices_to_mail ON notices (created_at) WHERE mailed_at IS NULL",
      ]
    }
  ]
}
