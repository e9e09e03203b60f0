import Database

/// What a node remembers of handovers. Append-only.
enum HandoverMigrations {
  static let all: [Migration] = [
    Migration("handover", 1) { _ in
      [
        // Files this node has written, and when the other node's receipt for one was typed here.
        """
        CREATE TABLE handovers (
          id TEXT PRIMARY KEY, node TEXT NOT NULL, address TEXT NOT NULL, scope TEXT NOT NULL, made_at BIGINT NOT NULL,
          confirmed_at BIGINT)
        """,
        """
        CREATE TABLE handover_sent (
          record TEXT NOT NULL, handover TEXT NOT NULL REFERENCES handovers (id) ON DELETE CASCADE, PRIMARY KEY (record, handover))
        """,
        // At which version a record was taken from which node the last time.
        "CREATE TABLE handover_taken (record TEXT PRIMARY KEY, node TEXT NOT NULL, version BIGINT NOT NULL, at BIGINT NOT NULL)",
        // Contact details that have come or gone: one that is erased later must not come back with an old file.
        "CREATE TABLE handover_contacts (id TEXT PRIMARY KEY)",
        // What prescriptions of other nodes showed of things that are not on our shelves.
        """
        CREATE TABLE handover_things (
          shelf TEXT NOT NULL, item TEXT NOT NULL, shown TEXT NOT NULL, PRIMARY KEY (shelf, item))
        """,
      ]
    }
  ]
}
