public import Database

/// The schema of People. Append-only.
public enum PeopleMigrations {
  public static let all: [Migration] = [
    Migration("people", 1) { engine in
      [
        """
        CREATE TABLE organizations (
          id TEXT PRIMARY KEY, name TEXT NOT NULL, name_key TEXT NOT NULL, kind TEXT NOT NULL, country TEXT NOT NULL,
          subdivision TEXT, connectivity TEXT, languages TEXT NOT NULL, visibility TEXT NOT NULL, pseudonym TEXT,
          is_verified BIGINT NOT NULL, origin TEXT NOT NULL, home TEXT NOT NULL, version BIGINT NOT NULL, created_at BIGINT NOT NULL,
          made_by TEXT NOT NULL)
        """,
        "CREATE INDEX organizations_by_name ON organizations (name_key, country, made_by)",
        """
        CREATE TABLE people (
          id TEXT PRIMARY KEY, handle TEXT NOT NULL UNIQUE, name TEXT NOT NULL, is_on_probation BIGINT NOT NULL, origin TEXT NOT NULL,
          passphrase TEXT NOT NULL, email TEXT, email_confirmed_at BIGINT, created_at BIGINT NOT NULL)
        """,
        "CREATE INDEX people_by_time ON people (created_at, id)",
        """
        CREATE TABLE grants (
          person TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE, role TEXT NOT NULL, scope TEXT NOT NULL,
          PRIMARY KEY (person, role, scope))
        """,
        """
        CREATE TABLE sessions (
          id TEXT PRIMARY KEY, hash \(raw: engine.bytes) NOT NULL UNIQUE, person TEXT REFERENCES people (id) ON DELETE CASCADE,
          receipts TEXT NOT NULL, browser TEXT NOT NULL, way TEXT, is_strong BIGINT NOT NULL, created_at BIGINT NOT NULL,
          last_seen_at BIGINT NOT NULL)
        """,
        "CREATE INDEX sessions_by_person ON sessions (person)",
        // The secret is sealed; `last_counter` is the last period whose code was taken.
        """
        CREATE TABLE second_factors (
          person TEXT PRIMARY KEY REFERENCES people (id) ON DELETE CASCADE, sealed \(raw: engine.bytes) NOT NULL,
          last_counter BIGINT NOT NULL, created_at BIGINT NOT NULL)
        """,
        """
        CREATE TABLE recovery_codes (
          person TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE, hash \(raw: engine.bytes) NOT NULL, PRIMARY KEY (person, hash))
        """,
        // Links in e-mails. The secret in a link is computed from its id, so nothing here opens anything. `person` is nobody where an
        // unknown address was typed: a row all the same, so that the time of the answer tells nothing.
        """
        CREATE TABLE mail_links (
          id TEXT PRIMARY KEY, purpose TEXT NOT NULL, person TEXT REFERENCES people (id) ON DELETE CASCADE, contact TEXT,
          expires_at BIGINT NOT NULL, used_at BIGINT)
        """,
        "CREATE INDEX mail_links_by_person ON mail_links (person)",
        """
        CREATE TABLE tokens (
          id TEXT PRIMARY KEY, hash \(raw: engine.bytes) NOT NULL UNIQUE, name TEXT NOT NULL, role TEXT NOT NULL, scope TEXT NOT NULL,
          created_at BIGINT NOT NULL, expires_at BIGINT, revoked_at BIGINT)
        """,
        """
        CREATE TABLE contacts (
          id TEXT PRIMARY KEY, owner TEXT NOT NULL, kind TEXT NOT NULL, sealed \(raw: engine.bytes) NOT NULL,
          lookup \(raw: engine.bytes) NOT NULL, created_at BIGINT NOT NULL)
        """,
        "CREATE INDEX contacts_by_owner ON contacts (owner)",
        "CREATE INDEX contacts_by_lookup ON contacts (kind, lookup)",
      ]
    },
    // What those who speak for groups have to remember: when they met, what was told there, and who said what.
    Migration("people", 3) { _ in
      [
        """
        CREATE TABLE meetings (
          id TEXT PRIMARY KEY, organization TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
          held_at BIGINT NOT NULL, next_at BIGINT NOT NULL, held_by TEXT NOT NULL, recorded_at BIGINT NOT NULL)
        """,
        "CREATE INDEX meetings_by_organization ON meetings (organization, held_at, id)",
        "CREATE INDEX meetings_by_holder ON meetings (held_by)",
        """
        CREATE TABLE told_news (
          organization TEXT NOT NULL, news TEXT NOT NULL, meeting TEXT NOT NULL REFERENCES meetings (id) ON DELETE CASCADE,
          PRIMARY KEY (organization, news))
        """,
        """
        CREATE TABLE sayings (
          id TEXT PRIMARY KEY, organization TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE, subject TEXT NOT NULL,
          what TEXT NOT NULL, stated_by TEXT, relation TEXT NOT NULL, how TEXT NOT NULL, consent TEXT NOT NULL,
          stated_at BIGINT NOT NULL, facilitator TEXT NOT NULL, recorded_at BIGINT NOT NULL)
        """,
        "CREATE INDEX sayings_by_subject ON sayings (subject, recorded_at)",
        "CREATE INDEX sayings_by_organization ON sayings (organization, recorded_at)",
        "CREATE INDEX told_news_by_meeting ON told_news (meeting)",
        "CREATE INDEX organizations_by_maker ON organizations (made_by)",
      ]
    },
  ]
}
