import Foundation
public import Kernel
import Localization

/// Somebody with an account.
public struct Person: Sendable, Equatable {
  public let id: ID<Person>
  /// What they sign in with: unique, small letters, digits, `.`, `-`, `_`.
  public var handle: String
  /// What others see.
  public var name: String
  public var grants: Set<Grant>
  /// New accounts move nothing until somebody has seen that they are real.
  public var isOnProbation: Bool
  public var origin: Organization.Origin
  public let createdAt: Timestamp

  public static let longestName = 80
  public static let longestHandle = 40

  /// Whether some of their roles only count in a session that has passed a second factor.
  public var isStaff: Bool { grants.contains { $0.role.isStaff } }

  /// What was typed where a handle is asked: without white space around it, in small letters.
  static func normalized(handle: String) -> String {
    handle.precomposedStringWithCompatibilityMapping.trimmingCharacters(in: .whitespacesAndNewlines).lowercased()
  }

  /// - Throws: `DomainError.invalid` when it cannot be a handle.
  static func checked(handle: Text, field: String) throws -> String {
    let text = normalized(handle: try handle.checked(field, atMost: longestHandle))
    guard text.utf8.count >= 3, text.utf8.first.map(isLetter) ?? false, text.utf8.allSatisfy(isHandleSign) else {
      throw DomainError.invalid(
        field,
        Message("Please use 3 to 40 small letters from a to z, digits, dots, hyphens or low lines, beginning with a letter."))
    }
    return text
  }

  /// A handle made of a name, for those who are given one: `Amina Okoye` becomes `amina.okoye`, and what has no Latin letters `person`.
  static func handle(like name: String) -> String {
    let latin = name.applyingTransform(.toLatin, reverse: false) ?? name
    let plain = latin.folding(options: [.caseInsensitive, .diacriticInsensitive, .widthInsensitive], locale: nil).lowercased()
    let words = plain.utf8.split { !isLetter($0) }.map { String(decoding: Array($0), as: UTF8.self) }
    let handle = String(words.joined(separator: ".").prefix(longestHandle - 4))
    return handle.utf8.count >= 3 ? handle : "person"
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }

  private static func isHandleSign(_ byte: UInt8) -> Bool {
    isLetter(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || [0x2D, 0x2E, 0x5F].contains(byte)
  }
}
