import Foundation

/// A file that came with a form.
public struct FormFile: Sendable, Equatable {
  /// The field it was chosen in.
  public let field: String
  /// What it was called where it came from, without folders and without signs that nobody sees; may be empty. It is somebody's:
  /// never a path here.
  public let name: String
  /// What its sender calls it, in small letters and without parameters: `text/csv`. Anybody can claim anything: look at the bytes.
  public let type: String
  public let bytes: [UInt8]

  public init(field: String, name: String, type: String, bytes: [UInt8]) {
    self.field = field
    self.name = Self.withoutFolders(name)
    self.type = Self.withoutParameters(type)
    self.bytes = bytes
  }

  /// Unicode scalars.
  static let longestName = 200

  /// Some browsers have sent the whole path, with the slashes of their system.
  private static func withoutFolders(_ name: String) -> String {
    let last = name.split(omittingEmptySubsequences: false) { $0 == "/" || $0 == "\\" }.last ?? ""
    let seen = last.unicodeScalars.filter { !CharacterSet.controlCharacters.contains($0) }
    return String(String.UnicodeScalarView(seen.prefix(longestName))).trimmingCharacters(in: .whitespaces)
  }

  private static func withoutParameters(_ type: String) -> String {
    type.prefix { $0 != ";" }.trimmingCharacters(in: .whitespaces).lowercased()
  }
}
