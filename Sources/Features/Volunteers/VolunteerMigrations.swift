public import Database

/// The schema of Volunteers. Append-only.
public enum VolunteerMigrations {
  public static let all: [Migration] = [
    Migration("volunteers", 1) { engine in
      [
        """
        CREATE TABLE volunteers (
          person TEXT PRIMARY KEY REFERENCES people (id) ON DELETE CASCADE, skills TEXT NOT NULL, learning TEXT NOT NULL,
          languages TEXT NOT NULL, hours BIGINT NOT NULL, time_zone TEXT NOT NULL, is_remote BIGINT NOT NULL, country TEXT,
          subdivision TEXT, age_band TEXT NOT NULL, is_paused BIGINT NOT NULL, version BIGINT NOT NULL, created_at BIGINT NOT NULL)
        """,
        // `due_at` is when the next thing happens to it by itself. `person` is nobody after they have left.
        """
        CREATE TABLE offers (
          id TEXT PRIMARY KEY, need TEXT NOT NULL REFERENCES needs (id) ON DELETE CASCADE, organization TEXT NOT NULL,
          person TEXT REFERENCES people (id) ON DELETE SET NULL, state TEXT NOT NULL, part TEXT, ending TEXT, is_minor BIGINT NOT NULL,
          answer_by BIGINT NOT NULL, due_at BIGINT, reminded_at BIGINT, accepted_at BIGINT, signed_at BIGINT NOT NULL,
          signed_by TEXT NOT NULL, ended_at BIGINT, volunteer_shares BIGINT NOT NULL, organization_shares BIGINT NOT NULL,
          version BIGINT NOT NULL, created_at BIGINT NOT NULL)
        """,
        "CREATE INDEX offers_by_need ON offers (need, created_at)",
        "CREATE INDEX offers_by_person ON offers (person, created_at)",
        "CREATE INDEX offers_by_due ON offers (due_at) WHERE due_at IS NOT NULL",
        // Nobody offers twice while an answer waits or the work goes on.
        "CREATE UNIQUE INDEX offers_once ON offers (need, person) WHERE state IN ('offered', 'accepted')",
        """
        CREATE TABLE offer_posts (
          id TEXT PRIMARY KEY, offer TEXT NOT NULL REFERENCES offers (id) ON DELETE CASCADE, side TEXT NOT NULL, author TEXT NOT NULL,
          is_for_group BIGINT NOT NULL, kind TEXT NOT NULL, words TEXT NOT NULL, language TEXT NOT NULL, rendering TEXT,
          rendering_language TEXT, created_at BIGINT NOT NULL)
        """,
        "CREATE INDEX offer_posts_by_offer ON offer_posts (offer, created_at, id)",
        """
        CREATE TABLE offer_files (
          id TEXT PRIMARY KEY, post TEXT NOT NULL REFERENCES offer_posts (id) ON DELETE CASCADE, offer TEXT NOT NULL, name TEXT NOT NULL,
          type TEXT NOT NULL, content \(raw: engine.bytes) NOT NULL, size BIGINT NOT NULL, expires_at BIGINT NOT NULL)
        """,
        "CREATE INDEX offer_files_by_post ON offer_files (post)",
        "CREATE INDEX offer_files_by_end ON offer_files (expires_at)",
        """
        CREATE TABLE outcomes (
          offer TEXT PRIMARY KEY REFERENCES offers (id) ON DELETE CASCADE, hours BIGINT NOT NULL, volunteer_at BIGINT,
          organization_at BIGINT, change TEXT, language TEXT, story TEXT, story_language TEXT, may_be_published BIGINT NOT NULL,
          is_approved BIGINT NOT NULL,
          names_organization BIGINT NOT NULL, names_on_record BIGINT NOT NULL, wording BIGINT NOT NULL)
        """,
        """
        CREATE TABLE offer_blocks (
          organization TEXT NOT NULL, person TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE, side TEXT NOT NULL,
          created_at BIGINT NOT NULL, PRIMARY KEY (organization, person, side))
        """,
        """
        CREATE TABLE offer_reports (
          id TEXT PRIMARY KEY, offer TEXT NOT NULL REFERENCES offers (id) ON DELETE CASCADE, side TEXT NOT NULL, words TEXT NOT NULL,
          created_at BIGINT NOT NULL, settled_at BIGINT, settled_by TEXT)
        """,
        // Needs that have been open for a week without an offer, until there is one.
        """
        CREATE TABLE quiet_needs (
          need TEXT PRIMARY KEY REFERENCES needs (id) ON DELETE CASCADE, opened_at BIGINT NOT NULL, told_at BIGINT NOT NULL)
        """,
      ]
    }
  ]
}
