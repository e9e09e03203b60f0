public import Database
import Jobs
import Journal
import Messaging
import Needs
import People
import Prescriptions
import Tools
import Volunteers

/// Everything this program consists of. To add a feature, add a line here and one in `Package.swift`.
public enum Features {
  /// The schema, in the order in which it is made.
  public static let migrations: [Migration] =
    NodeMigrations.all + JournalMigrations.all + JobsMigrations.all + MessagingMigrations.all + PeopleMigrations.all
    + NeedMigrations.all + ToolMigrations.all + PrescriptionMigrations.all + VolunteerMigrations.all
    + HandoverMigrations.all
}

/// What belongs to the node as a whole.
enum NodeMigrations {
  static let all: [Migration] = [
    Migration("node", 1) { _ in
      ["CREATE TABLE node_keys (id TEXT PRIMARY KEY, fingerprint TEXT NOT NULL)"]
    }
  ]
}
