import Foundation
public import Kernel
import Localization

/// The fields of a form or of a query, in the order in which they came.
public struct Form: Sendable, Equatable {
  public private(set) var fields: [(name: String, value: String)]
  /// Whether some of it was no UTF-8; what could not be read stands there as U+FFFD.
  public private(set) var isMangled = false

  public init(_ fields: [(name: String, value: String)] = []) {
    self.fields = fields
  }

  /// The fields of a form that may have brought files with it.
  init(_ multipart: Multipart) {
    fields = multipart.fields
    isMangled = multipart.isMangled
  }

  /// Reads `application/x-www-form-urlencoded` (WHATWG URL Standard §5.1), at most 1,000 fields.
  /// - Throws: `DomainError.malformed` when there are more.
  public init(urlEncoded bytes: some Sequence<UInt8>) throws {
    var fields: [(String, String)] = []
    for pair in Array(bytes).split(separator: UInt8(ascii: "&"), omittingEmptySubsequences: true) {
      let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      guard fields.count < 1000 else {
        throw DomainError.malformed(Message("What arrived could not be read. Please go back and send it again."))
      }
      let (name, value) = (Form.decode(parts[0]), Form.decode(parts.count > 1 ? parts[1] : []))
      isMangled = isMangled || !name.isWhole || !value.isWhole
      fields.append((name.text, value.text))
    }
    self.fields = fields
  }

  /// The value of a field, empty when it is missing.
  public func text(_ name: String) -> Text { Text(first(name) ?? "") }

  /// The value of a field as it came.
  public func first(_ name: String) -> String? { fields.first { $0.name == name }?.value }

  /// All values of a field that may be chosen several times.
  public func all(_ name: String) -> [String] { fields.filter { $0.name == name }.map(\.value) }

  public func isChecked(_ name: String) -> Bool { first(name).map { $0 != "" && $0 != "0" } ?? false }

  /// A whole number in a range, or nil when there is none or it cannot be taken.
  public func number(_ name: String, in range: ClosedRange<Int>) -> Int? {
    first(name).flatMap { Int($0) }.flatMap { range.contains($0) ? $0 : nil }
  }

  /// The same fields with one set to another value; without it when nil.
  public func setting(_ name: String, to value: String?) -> Form {
    var rest = fields.filter { $0.name != name }
    if let value { rest.append((name, value)) }
    return Form(rest)
  }

  /// What is hashed to see whether a form came again unchanged: every field but the form's own id.
  public var normalizedBytes: [UInt8] {
    Array(setting(FormField.formID, to: nil).urlEncoded.utf8)
  }

  public var urlEncoded: String {
    fields.map { Form.encode($0.name) + "=" + Form.encode($0.value) }.joined(separator: "&")
  }

  public static func == (a: Form, b: Form) -> Bool {
    a.fields.elementsEqual(b.fields) { $0.name == $1.name && $0.value == $1.value }
  }

  private static func decode(_ bytes: ArraySlice<UInt8>) -> (text: String, isWhole: Bool) {
    var decoded: [UInt8] = []
    decoded.reserveCapacity(bytes.count)
    var index = bytes.startIndex
    while index < bytes.endIndex {
      switch bytes[index] {
      case UInt8(ascii: "+"): decoded.append(0x20)
      case UInt8(ascii: "%"):
        if index + 2 < bytes.endIndex, let high = hexValue(bytes[index + 1]), let low = hexValue(bytes[index + 2]) {
          decoded.append(high << 4 | low)
          index += 2
        } else {
          decoded.append(UInt8(ascii: "%"))
        }
      default: decoded.append(bytes[index])
      }
      index += 1
    }
    if let text = String(validating: decoded, as: UTF8.self) { return (text, true) }
    return (String(decoding: decoded, as: UTF8.self), false)
  }

  private static func encode(_ text: String) -> String {
    var encoded: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
        UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "*"):
        encoded.append(byte)
      default:
        encoded.append(UInt8(ascii: "%"))
        encoded.append(contentsOf: hexDigits[Int(byte >> 4)...Int(byte >> 4)])
        encoded.append(contentsOf: hexDigits[Int(byte & 15)...Int(byte & 15)])
      }
    }
    return String(decoding: encoded, as: UTF8.self)
  }

  private static let hexDigits = Array("0123456789ABCDEF".utf8)

  private static func hexValue(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}

/// Names of fields that the platform itself reads.
public enum FormField {
  /// The form's id: proof that the form was ours, and its idempotency key.
  public static let formID = "form"
  /// Fields that are never shown again.
  static let secrets: Set<String> = ["passphrase", "current", "new", "receipt", "code"]
}
