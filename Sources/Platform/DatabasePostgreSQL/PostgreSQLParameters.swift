import CLibPQ
import Database

/// The values of a statement in PostgreSQL's binary format, one after the other in one buffer.
struct PostgreSQLParameters {
  /// The type of each value; 0 for NULL, which the server gives the type its place asks for.
  private(set) var types: [Oid] = []
  private var bytes: [UInt8] = []
  /// Where each value begins; nil for NULL.
  private var starts: [Int?] = []
  private var lengths: [Int32] = []

  /// The protocol counts them in 16 bits.
  private static let most = 65_535

  /// - Throws: `SQLError.other` with the server's own code when a text holds U+0000 (22021) or there are too many values (54000).
  init(_ values: [SQLValue]) throws(SQLError) {
    guard values.count <= Self.most else {
      throw .other(code: "54000", message: "a statement takes \(Self.most) values, not \(values.count)")
    }
    for value in values {
      let start = bytes.count
      starts.append(value == .null ? nil : start)
      switch value {
      case .null:
        types.append(0)
      case .integer(let number):
        types.append(20)  // int8
        withUnsafeBytes(of: number.bigEndian) { bytes += $0 }
      case .real(let number):
        types.append(701)  // float8
        withUnsafeBytes(of: number.bitPattern.bigEndian) { bytes += $0 }
      case .text(let text):
        guard !text.utf8.contains(0) else { throw .zeroInText }
        types.append(25)  // text
        bytes += text.utf8
      case .bytes(let own):
        types.append(17)  // bytea
        bytes += own
      }
      lengths.append(Int32(clamping: bytes.count - start))
    }
    // An empty buffer may have no address, and no address means NULL.
    bytes.append(0)
  }

  var count: Int32 { Int32(types.count) }

  /// Calls `body` with the addresses and lengths of the values.
  func withPointers<R>(_ body: (UnsafePointer<UnsafePointer<CChar>?>, UnsafePointer<Int32>, UnsafePointer<Int32>) -> R) -> R {
    bytes.withUnsafeBytes { buffer in
      let pointers = starts.map { start in
        start.flatMap { buffer.baseAddress?.advanced(by: $0).assumingMemoryBound(to: CChar.self) }
      }
      // 1 is binary.
      return body(pointers, lengths, [Int32](repeating: 1, count: types.count))
    }
  }
}
