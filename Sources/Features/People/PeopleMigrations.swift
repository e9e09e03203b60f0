public import Database

/// The schema of People. Append-only.
public enum PeopleMigrations {
  public static let all: [Migration] = [
    Migration("people", 1) { _ in
      [
        """
        CREATE TABLE organizations (
          id TEXT PRIMARY KEY, name TEXT NOT NULL, name_key TEXT NOT NULL, kind TEXT NOT NULL, country TEXT NOT NULL,
          subdivision TEXT, connectivity TEXT, languages TEXT NOT NULL, visibility TEXT NOT NULL, pseudonym TEXT,
          is_verified BIGINT NOT NULL, origin TEXT NOT NULL, home TEXT NOT NULL, version BIGINT NOT NULL, created_at BIGINT NOT NULL,
          made_by TEXT NOT NULL)
        """,
        "CREATE INDEX organizations_by_name ON organizations (name_key, country, made_by)",
      ]
    }
  ]
}
