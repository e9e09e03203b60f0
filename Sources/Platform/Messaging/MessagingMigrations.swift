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
    },
    Migration("messaging", 2) { _ in
      [
        // How somebody wants to hear; NULL is what is usual. `stop_id` and `calendar_id` are random and name them in addresses that
        // work without signing in.
        """
        CREATE TABLE mail_preferences (
          person TEXT PRIMARY KEY, rhythm TEXT, hour BIGINT, time_zone TEXT, language TEXT, stopped_at BIGINT, refused_at BIGINT,
          stop_id TEXT UNIQUE, calendar_id TEXT UNIQUE)
        """,
        // Which notice goes, or went, to whom in which digest: once, because there is one row.
        """
        CREATE TABLE digest_notices (
          notice TEXT NOT NULL REFERENCES notices (id) ON DELETE CASCADE, person TEXT NOT NULL, digest TEXT NOT NULL,
          mailed_at BIGINT, PRIMARY KEY (notice, person))
        """,
        "CREATE INDEX digest_notices_by_digest ON digest_notices (digest)",
        "CREATE INDEX digest_notices_by_person ON digest_notices (person)",
      ]
    },
  ]
}
