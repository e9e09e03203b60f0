import CLibPQ
import Database

/// Why a statement or a connection failed, and what may help.
struct PostgreSQLFailure: Error {
  enum Remedy {
    /// Running the whole body again on the same connection.
    case retry
    /// Running it again on a new connection: this one is lost, or leads to a server that no longer takes writes.
    case reconnect
    case none
  }

  let remedy: Remedy
  /// What the body, or in the end the caller, is told.
  let error: SQLError
  let message: String

  static func lost(_ message: String) -> PostgreSQLFailure {
    PostgreSQLFailure(remedy: .reconnect, error: .connection(message), message: message)
  }

  static func final(_ error: SQLError, _ message: String) -> PostgreSQLFailure {
    PostgreSQLFailure(remedy: .none, error: error, message: message)
  }

  /// What the server answered. Only the primary message is kept: the detail may hold what somebody has typed.
  init(_ result: PostgreSQLResult, isReading: Bool) {
    let state = result.field("C") ?? ""
    let message = result.field("M") ?? result.message
    self.message = "\(message) (\(state))"
    // SQLSTATE: Appendix A of the PostgreSQL manual.
    switch state {
    case "40001", "40P01":
      (remedy, error) = (.retry, .busy)
    case "25006" where !isReading:
      (remedy, error) = (.reconnect, .connection("the server takes no writes"))
    case "57P01", "57P02", "57P03", "25P03":
      (remedy, error) = (.reconnect, .connection(message))
    case _ where state.hasPrefix("08"):
      (remedy, error) = (.reconnect, .connection(message))
    // A prepared statement that another program's migration made useless, or that a connection pooler took away.
    case "0A000" where result.field("R") == "RevalidateCachedQuery", "26000":
      (remedy, error) = (.reconnect, .other(code: state, message: message))
    case "23505", "23P01":
      (remedy, error) = (.none, .unique(result.field("n") ?? message))
    case "23503", "23001":
      (remedy, error) = (.none, .foreignKey)
    case "23514":
      (remedy, error) = (.none, .check(result.field("n") ?? message))
    case "23502":
      (remedy, error) = (.none, .check(result.field("c") ?? message))
    case "55P03", "57014":
      (remedy, error) = (.none, .busy)
    case "53100":
      (remedy, error) = (.none, .noSpace(message))
    default:
      (remedy, error) = (.none, .other(code: state, message: message))
    }
  }

  private init(remedy: Remedy, error: SQLError, message: String) {
    self.remedy = remedy
    self.error = error
    self.message = message
  }
}
