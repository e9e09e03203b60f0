import Foundation
import Kernel

/// The file that keeps the heads of a journal outside its database, a line of JSON each. Lines are only ever added; an operator
/// may copy it away, or move it away, at any time.
struct HeadFile: Sendable {
  let url: URL

  /// Adds a head and returns when it is on the disk.
  func append(_ head: Head) throws {
    let descriptor = open(url.path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw error() }
    defer { close(descriptor) }
    let isNew = lseek(descriptor, 0, SEEK_END) == 0
    // A line cut short by a power loss shall not spoil the next one.
    var line = try endsInLine(descriptor) ? [] : [UInt8(ascii: "\n")]
    line += try head.json.encoded() + [UInt8(ascii: "\n")]
    // One call, so that the lines of two processes do not mix.
    guard write(descriptor, line, line.count) == line.count, fsync(descriptor) == 0 else { throw error() }
    if isNew { try syncFolder() }
  }

  /// The newest head; nil when there is no file or no head in it.
  func newest() throws -> Head? {
    // It stands at the end, unless something else was written there.
    try newest(fromEnd: 1 << 16) ?? newest(fromEnd: .max)
  }

  private func newest(fromEnd length: UInt64) throws -> Head? {
    guard var reader = try Reader(url, fromEnd: length) else { return nil }
    var newest: Head?
    while let (heads, _) = try reader.next() { newest = heads.last ?? newest }
    return newest
  }

  /// Reads the heads in order, some hundreds at a time.
  struct Reader {
    private let file: FileHandle
    private var rest: [UInt8] = []
    private var isAtEnd = false

    /// - Parameter length: only those in the last so many bytes, of which the first line may be cut.
    /// - Returns: nil when there is no file.
    init?(_ url: URL, fromEnd length: UInt64 = .max) throws {
      guard FileManager.default.fileExists(atPath: url.path) else { return nil }
      file = try FileHandle(forReadingFrom: url)
      let size = try file.seekToEnd()
      try file.seek(toOffset: size - min(size, length))
    }

    /// - Returns: heads, and how many lines between them are none; nil at the end.
    mutating func next() throws -> (heads: [Head], unreadable: Int)? {
      if isAtEnd { return nil }
      if let data = try file.read(upToCount: 1 << 16), !data.isEmpty { rest += data } else { isAtEnd = true }
      var lines = rest.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      rest = isAtEnd ? [] : lines.popLast().map(Array.init) ?? []
      lines.removeAll { $0.isEmpty }
      let heads = lines.compactMap { line in (try? JSON(decoding: Array(line))).flatMap(Head.init) }
      return (heads, lines.count - heads.count)
    }
  }

  private func endsInLine(_ descriptor: Int32) throws -> Bool {
    let size = lseek(descriptor, 0, SEEK_END)
    guard size > 0 else { return true }
    var last: UInt8 = 0
    guard pread(descriptor, &last, 1, size - 1) == 1 else { throw error() }
    return last == UInt8(ascii: "\n")
  }

  /// Without it a power loss can leave a folder that does not know the file.
  private func syncFolder() throws {
    let descriptor = open(url.deletingLastPathComponent().path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw error() }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw error() }
  }

  private func error() -> JournalError {
    .headFile(path: url.path, reason: String(cString: strerror(errno)))
  }
}
