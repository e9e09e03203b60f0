public import Database
import Foundation

extension SQLError {
  /// For the operator: what is wrong with which database, and what to do next.
  public func sentence(about url: DatabaseURL) -> String {
    switch (self, url) {
    case (.busy, _): "The database \(url) is held by another program for too long. Try again."
    case (.closed, _): "The database \(url) is closed."
    case (.schema(let reason), _): "The database \(url) cannot be used: \(reason)."
    case (.outcomeUnknown, _):
      "The connection to \(url) was lost while storing: this may or may not have been stored. Look before you try again."
    case (_, .sqlite(let path)): Self.sentence(of: self, path: path)
    case (.connection(let reason), .postgresql):
      "The database \(url) cannot be reached: \(Self.withoutSecrets(reason)). Check the address and that the server runs."
    case (.noSpace(let reason), .postgresql): "The database \(url) cannot store anything: \(reason). Make room on its disk."
    case (.other(let code, let message), .postgresql): "The database \(url) refused this: \(message) (\(code))."
    case (_, .postgresql): "The database \(url) refused this: \(self)."
    }
  }

  private static func sentence(of error: SQLError, path: String) -> String {
    switch error {
    // What SQLITE_CANTOPEN says (https://www.sqlite.org/rescode.html).
    case .noSpace(let reason) where reason == "unable to open database file":
      isFolder(path)
        ? "The database \(path) cannot be opened: it is a folder. Name a file: --database sqlite:FILE"
        : "The database \(path) cannot be opened: \(reason). Check that it and its folder belong to the user who runs this."
    case .noSpace(let reason):
      "The database file \(path) cannot be written: \(reason). Check that it and its folder belong to the user who runs this, and that the disk has room."
    case .other("26", _):
      "\(path) is no SQLite database. Name another file with --database, or move this one away."
    case .other("11", let reason):
      "The database \(path) is damaged: \(reason). Restore a backup: civil restore FILE"
    case .other(let code, let message): "The database \(path) refused this: \(message) (\(code))."
    default: "The database \(path) refused this: \(error)."
    }
  }

  private static func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
  }

  /// libpq quotes what it cannot read in a URL, which may be a part of a password. Only once it has found the server is that over.
  private static func withoutSecrets(_ reason: String) -> String {
    reason.hasPrefix("connection to server") ? reason : reason.replacing(#/"[^"]*"/#, with: "“…”")
  }
}
