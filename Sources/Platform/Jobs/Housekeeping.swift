import Journal
import Kernel

extension JobKind {
  /// Forgets idempotency keys that are older than `OnceKey.kept`, every hour.
  public static let forgetOldKeys = JobKind("journal.forgetOldKeys", every: .hours(1)) { _, node in
    while try await node.act(as: .system, { act in try OnceKey.forgetOld(in: act) }) == OnceKey.mostForgotten {}
  }
}
