public import Database

/// The schema of Needs. Append-only.
public enum NeedMigrations {
  public static let all: [Migration] = [
    Migration("needs", 1) { _ in
      [
        """
        CREATE TABLE needs (
          id TEXT PRIMARY KEY, code TEXT NOT NULL, organization TEXT NOT NULL, words TEXT NOT NULL, language TEXT NOT NULL,
          state TEXT NOT NULL, closure TEXT, summary TEXT, summary_language TEXT, constraints TEXT NOT NULL,
          stated_by TEXT, relation TEXT, how TEXT, consent TEXT, stated_at BIGINT, facilitator TEXT,
          channel TEXT NOT NULL, country TEXT NOT NULL, is_public BIGINT NOT NULL, merged_into TEXT,
          receipt_generation BIGINT NOT NULL, origin TEXT NOT NULL, external_id TEXT, home TEXT NOT NULL, version BIGINT NOT NULL,
          created_at BIGINT NOT NULL, changed_at BIGINT NOT NULL)
        """,
        // A code that two laptops made is told apart when it is typed, so this is no unique index.
        "CREATE INDEX needs_by_code ON needs (code)",
        "CREATE INDEX needs_by_state ON needs (state, created_at)",
        "CREATE INDEX needs_by_organization ON needs (organization)",
        "CREATE UNIQUE INDEX needs_by_external_id ON needs (external_id)",
        """
        CREATE TABLE need_answers (
          need TEXT NOT NULL REFERENCES needs (id) ON DELETE CASCADE, question TEXT NOT NULL, answer BIGINT NOT NULL,
          wording BIGINT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (need, question, at))
        """,
        """
        CREATE VIEW listed_needs AS
          SELECT * FROM needs WHERE is_public = 1 AND summary IS NOT NULL
            AND (state = 'open' OR (state = 'closed' AND closure NOT IN ('withdrawn', 'notReal', 'merged')))
        """,
      ]
    },
    Migration("needs", 2) { _ in
      [
        """
        CREATE TABLE need_concepts (
          need TEXT PRIMARY KEY REFERENCES needs (id) ON DELETE CASCADE, version BIGINT NOT NULL, edition TEXT NOT NULL,
          listed TEXT NOT NULL, everything TEXT NOT NULL)
        """
      ]
    },
    // The order in which pages list them, whole.
    Migration("needs", 3) { _ in
      ["DROP INDEX needs_by_state", "CREATE INDEX needs_by_state ON needs (state, created_at, id)"]
    },
    // What whoever offers help has to know, and the states that come with helping.
    Migration("needs", 4) { _ in
      [
        "DROP VIEW listed_needs",
        "ALTER TABLE needs ADD COLUMN skills TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE needs ADD COLUMN effort TEXT",
        "ALTER TABLE needs ADD COLUMN needed_by BIGINT",
        "ALTER TABLE needs ADD COLUMN is_on_site BIGINT NOT NULL DEFAULT 0",
        "ALTER TABLE needs ADD COLUMN seeks_more BIGINT NOT NULL DEFAULT 0",
        "ALTER TABLE needs ADD COLUMN opened_at BIGINT",
        "ALTER TABLE needs ADD COLUMN assignee TEXT",
        "UPDATE needs SET opened_at = changed_at WHERE state = 'open'",
        "CREATE INDEX needs_by_merger ON needs (merged_into) WHERE merged_into IS NOT NULL",
        """
        CREATE VIEW listed_needs AS
          SELECT * FROM needs WHERE is_public = 1 AND summary IS NOT NULL
            AND (state IN ('open', 'matched', 'inProgress', 'resolved')
              OR (state = 'closed' AND closure NOT IN ('withdrawn', 'notReal', 'merged')))
        """,
      ]
    },
    // What needs bring along that were stated on another node: what recognizes the receipt on their paper, sealed, and the code on it where
    // a need here has the same.
    Migration("needs", 5) { engine in
      [
        """
        CREATE TABLE receipt_verifiers (
          id TEXT PRIMARY KEY, need TEXT NOT NULL REFERENCES needs (id) ON DELETE CASCADE, generation BIGINT NOT NULL,
          sealed \(raw: engine.bytes) NOT NULL)
        """,
        "CREATE INDEX receipt_verifiers_by_need ON receipt_verifiers (need)",
        """
        CREATE TABLE former_codes (
          code TEXT NOT NULL, need TEXT NOT NULL REFERENCES needs (id) ON DELETE CASCADE, PRIMARY KEY (code, need))
        """,
        "CREATE INDEX former_codes_by_need ON former_codes (need)",
      ]
    },
    // What was cut from one need, who cares for it, and what is wanted soon.
    Migration("needs", 6) { _ in
      [
        "DROP VIEW listed_needs",
        "ALTER TABLE needs ADD COLUMN split_from TEXT",
        "CREATE INDEX needs_by_whole ON needs (split_from) WHERE split_from IS NOT NULL",
        "CREATE INDEX needs_by_assignee ON needs (assignee) WHERE assignee IS NOT NULL",
        "CREATE INDEX needs_by_deadline ON needs (state, needed_by, id) WHERE needed_by IS NOT NULL",
        """
        CREATE VIEW listed_needs AS
          SELECT * FROM needs WHERE is_public = 1 AND summary IS NOT NULL
            AND (state IN ('open', 'matched', 'inProgress', 'resolved')
              OR (state = 'closed' AND closure NOT IN ('withdrawn', 'notReal', 'merged')))
        """,
      ]
    },
  ]
}
