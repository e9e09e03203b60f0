import Database
public import Journal
public import Kernel

extension JobKind {
  /// Forgets idempotency keys that are older than `OnceKey.kept`, every hour.
  public static let forgetOldKeys = JobKind("journal.forgetOldKeys", every: .hours(1)) { _, node in
    while try await node.act(as: .system, { act in try OnceKey.forgetOld(in: act) }) == OnceKey.mostForgotten {}
  }

  /// Sees to it that what acts have erased is in no file of the database any more.
  public static let scrub = JobKind("database.scrub") { job, node in
    guard let table = job.payload["table"]?.string else { throw JobFailure.final("the table is missing") }
    try await node.database.scrub(table)
  }
}

extension Act {
  /// To be called by whoever erases what somebody said or what is known of them: soon after the commit nothing of it is left in the
  /// table's files. Several erasures may wait for one another, a minute or as long as is said.
  public func scrub(_ table: String, within delay: Timestamp.Interval = .minutes(1)) throws {
    // At most once in that time, because the table is written anew for it.
    try schedule("database.scrub", payload: ["table": .string(table)], at: now + delay, key: table)
  }
}
