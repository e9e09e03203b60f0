import CZlib

/// The gzip format (RFC 1952) through zlib.
package enum Gzip {
  /// Level 5 is where text stops getting much smaller for the time it takes.
  private static let level: Int32 = 5
  /// Below this a packet is a packet.
  package static let shortest = 860

  /// The compressed bytes, or nil when zlib refuses.
  package static func compress(_ bytes: [UInt8]) -> [UInt8]? {
    var stream = z_stream()
    guard civil_deflate_init_gzip(&stream, level) == Z_OK else { return nil }
    defer { deflateEnd(&stream) }
    let bound = Int(deflateBound(&stream, UInt(bytes.count)))
    var input = bytes
    return input.withUnsafeMutableBufferPointer { source -> [UInt8]? in
      stream.next_in = source.baseAddress
      stream.avail_in = UInt32(source.count)
      var isDone = false
      let output = [UInt8](unsafeUninitializedCapacity: bound) { target, count in
        stream.next_out = target.baseAddress
        stream.avail_out = UInt32(target.count)
        isDone = deflate(&stream, Z_FINISH) == Z_STREAM_END
        count = Int(stream.total_out)
      }
      return isDone ? output : nil
    }
  }

  /// Whether the other side takes gzip (RFC 9110 §12.5.3; a quality of 0 refuses).
  package static func isAccepted(_ header: String?) -> Bool {
    guard let header else { return false }
    for part in header.split(separator: ",") {
      let pieces = part.split(separator: ";").map { $0.filter { $0 != " " }.lowercased() }
      guard let coding = pieces.first, coding == "gzip" || coding == "*" else { continue }
      return !pieces.dropFirst().contains { $0 == "q=0" || $0 == "q=0.0" || $0 == "q=0.00" || $0 == "q=0.000" }
    }
    return false
  }
}
