public import Database

/// Why a backup was not made or not restored, and, in `description`, what to do about it.
public enum BackupError: Error, Sendable, Equatable, CustomStringConvertible {
  case exists(path: String)
  case file(path: String, reason: String)
  case notABackup(path: String)
  case unknownFormat(path: String, found: String)
  /// It was changed, cut or put together from parts.
  case damaged(path: String)
  case unknownKey(path: String, id: String)
  /// The backup is of a node with other keys.
  case otherNode(path: String, keys: String)
  /// It is not sealed, and nobody said that this is all right.
  case plain(path: String)
  case otherEngine(backup: Engine, database: Engine)
  case otherSchema(backup: String, database: String)
  case newer(step: String)
  case notEmpty(database: String)
  case inUse(database: String, process: Int)
  case noNode(database: String)
  case toolMissing(names: [String], server: Int)
  case toolTooOld(name: String, found: Int, needed: Int)
  case toolFailed(name: String, message: String)
  case unsafeAddress
  /// The data are restored, and what belongs to it afterwards failed.
  case notAcknowledged(reason: String)

  /// For the operator: what is wrong, and the remedy.
  public var description: String {
    switch self {
    case .exists(let path): "There is a file \(path) already, and it is not overwritten. Give another name with --to."
    case .file(let path, let reason): "The file \(path) cannot be read or written (\(reason))."
    case .notABackup(let path): "\(path) is not a backup made by `civil backup`."
    case .unknownFormat(let path, let found):
      "The backup \(path) has format \(found), which this version does not know. Install a newer version of civil."
    case .damaged(let path):
      "The backup \(path) is damaged: it was changed or cut short since it was made. Nothing was touched. Take another one."
    case .unknownKey(let path, let id):
      "The backup \(path) is sealed with the key \(id), which is not in the key file. Name the right one with --keys or CIVIL_KEYS."
    case .otherNode(let path, let keys):
      "The backup \(path) is of a node with other keys than those in \(keys): what is encrypted in it could not be read. Name the right key file with --keys or CIVIL_KEYS."
    case .plain(let path):
      "The backup \(path) is not sealed: anybody could have changed it. Say --plain if you trust the place where it was kept."
    case .otherEngine(let backup, let database):
      "The backup is of \(backup.inWords), and the database is \(database.inWords): it goes back into \(backup.inWords) only."
    case .otherSchema(let backup, let database):
      "The backup is of the schema “\(backup)”, and the connection uses “\(database)”. Set search_path in the URL: ?options=-csearch_path%3D\(backup)"
    case .newer(let step):
      "The backup was made by a newer program (it has step \(step) of the schema). Install that version or a newer one."
    case .notEmpty(let database):
      "The database \(database) is not empty. Restore into another one, or say --force: then all that is in it is lost."
    case .inUse(let database, let process):
      "The database \(database) is in use by process \(process). Stop the service first."
    case .noNode(let database): "There is no node in the database \(database). `civil migrate` makes one."
    case .toolMissing(let names, let server):
      "\(names.joined(separator: ", ")) cannot be found, in PATH or in /usr/lib/postgresql. Install it: apt install postgresql-client-\(server)"
    case .toolTooOld(let name, let found, let needed):
      "\(name) is of version \(found), and version \(needed) is needed, like that of the server or of the backup. Install it: apt install postgresql-client-\(needed)"
    case .toolFailed(let name, let message): "\(name) failed: \(message)"
    case .unsafeAddress:
      "The database's URL holds sslpassword, which other users of this machine could read while the programs of PostgreSQL run. Use a key without a passphrase."
    case .notAcknowledged(let reason):
      "The data are restored, but the journal could not be told (\(reason)). Put that right and run the same command again, with --force."
    }
  }
}

extension Engine {
  fileprivate var inWords: String { self == .sqlite ? "SQLite" : "PostgreSQL" }
}
