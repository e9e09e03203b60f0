public import Database

/// The schema of Prescriptions. Append-only.
public enum PrescriptionMigrations {
  public static let all: [Migration] = [
    Migration("prescriptions", 1) { _ in
      [
        """
        CREATE TABLE prescription_items (
          id TEXT PRIMARY KEY, need TEXT NOT NULL, shelf TEXT NOT NULL, item TEXT NOT NULL, rank BIGINT NOT NULL,
          score DOUBLE PRECISION NOT NULL, reason TEXT NOT NULL, standing TEXT NOT NULL, helped BIGINT,
          UNIQUE (need, shelf, item))
        """
      ]
    }
  ]
}
