import Foundation

/// Reads files that an operator has named.
public enum OperatorFile {
  /// All bytes of a file, or of a pipe until its end.
  public static func read(_ path: String) throws(FileError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError(path: path, reason: lastReason()) }
    let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw FileError(path: path, reason: lastReason()) }
    let kind = status.st_mode & S_IFMT
    guard kind != S_IFDIR else { throw FileError(path: path, reason: "it is a folder") }
    guard kind == S_IFREG || kind == S_IFIFO else { throw FileError(path: path, reason: "it is a device, no file") }
    do {
      return [UInt8](try file.readToEnd() ?? Data())
    } catch {
      throw FileError(path: path, reason: error.localizedDescription)
    }
  }
}

/// A file that an operator has named cannot be read.
public struct FileError: Error, Sendable, Equatable, CustomStringConvertible {
  public let path: String
  /// As the system says it.
  public let reason: String

  public var description: String { "The file \(path) cannot be read (\(reason))." }
}
