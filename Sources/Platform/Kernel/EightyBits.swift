/// Eighty bits that a person copies by hand: sixteen symbols of Crockford's base 32 in four groups.
enum EightyBits {
  static let byteCount = 10

  /// `XXXX-XXXX-XXXX-XXXX`.
  static func show(_ bytes: [UInt8]) -> String {
    let symbols = Array(Base32Crockford.encode(bytes))
    return stride(from: 0, to: symbols.count, by: 4).map { String(symbols[$0..<min($0 + 4, symbols.count)]) }.joined(
      separator: "-")
  }

  /// The ten bytes that `text` shows, however it was typed; nil when it is not sixteen symbols.
  static func read(_ text: some StringProtocol) -> [UInt8]? {
    guard text.utf8.count <= 256, let values = Base32Crockford.values(in: text, atMost: 16), values.count == 16 else {
      return nil
    }
    return Base32Crockford.decode(text)
  }
}
