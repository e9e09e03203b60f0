public import Database

/// The schema of the jobs.
public enum JobsMigrations {
  public static let all: [Migration] = [
    Migration("jobs", 1) { engine in
      [
        // `due` is read from the clock of whoever scheduled it, `leased_until` from the database's. `token` counts the leases.
        """
        CREATE TABLE jobs (
          id TEXT PRIMARY KEY, kind TEXT NOT NULL, key TEXT, payload \(raw: engine.bytes) NOT NULL, state TEXT NOT NULL,
          due BIGINT NOT NULL, scheduled BIGINT NOT NULL, tries BIGINT NOT NULL, token BIGINT NOT NULL, leased_until BIGINT,
          failure TEXT)
        """,
        "CREATE INDEX jobs_waiting ON jobs (due) WHERE state = 'waiting'",
        "CREATE INDEX jobs_running ON jobs (leased_until) WHERE state = 'running'",
        "CREATE INDEX jobs_failed ON jobs (due) WHERE state = 'failed'",
        "CREATE UNIQUE INDEX jobs_by_key ON jobs (kind, key) WHERE state = 'waiting' AND key IS NOT NULL",
      ]
    }
  ]
}
