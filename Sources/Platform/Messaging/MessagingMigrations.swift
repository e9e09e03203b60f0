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
    Migration("messaging", 3) { engine in
      [
        // `place` is 1 to as many as one may have. Address and secret are sealed.
        """
        CREATE TABLE webhooks (
          id TEXT PRIMARY KEY, person TEXT NOT NULL, place BIGINT NOT NULL, address \(raw: engine.bytes) NOT NULL,
          secret \(raw: engine.bytes) NOT NULL, created_at BIGINT NOT NULL, pause TEXT, failing_since BIGINT,
          UNIQUE (person, place))
        """,
        // What goes, or went, to which webhook: once, because there is one row. A test has no notice.
        """
        CREATE TABLE webhook_deliveries (
          id TEXT PRIMARY KEY, webhook TEXT NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
          notice TEXT REFERENCES notices (id) ON DELETE CASCADE, created_at BIGINT NOT NULL, tries BIGINT NOT NULL, next_try BIGINT,
          tried_at BIGINT, status BIGINT, failure TEXT, delivered_at BIGINT, UNIQUE (webhook, notice))
        """,
        "CREATE INDEX webhook_deliveries_to_send ON webhook_deliveries (webhook, next_try) WHERE next_try IS NOT NULL",
        "CREATE INDEX webhook_deliveries_by_notice ON webhook_deliveries (notice)",
        "ALTER TABLE notices ADD COLUMN handed_out_at BIGINT",
        // What was told before there were any webhooks goes to none.
        "UPDATE notices SET handed_out_at = created_at",
        "CREATE INDEX notices_to_hand_out ON notices (created_at) WHERE handed_out_at IS NULL",
      ]
    },
  ]
}
