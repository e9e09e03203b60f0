/// Something about a translators' file that its translator or the operator should know.
public struct Finding: Sendable, Equatable, CustomStringConvertible {
  public enum Severity: String, Sendable, Comparable, CaseIterable {
    /// The product works, but readers meet another language than their own.
    case warning
    /// The file, or the entry, cannot be used as it is.
    case error

    public static func < (a: Severity, b: Severity) -> Bool { a == .warning && b == .error }
  }

  /// Path of the file as it was given.
  public let file: String
  /// The line concerned, the first being 1; 0 when the file as a whole is meant.
  public let line: Int
  public let severity: Severity
  /// What is wrong, a sentence in English.
  public let what: String
  /// What to do about it, a sentence in English.
  public let remedy: String

  public init(file: String, line: Int, severity: Severity, what: String, remedy: String) {
    self.file = file
    self.line = line
    self.severity = severity
    self.what = what
    self.remedy = remedy
  }

  /// `file:line: severity: what remedy`, as compilers write it.
  public var description: String { "\(file):\(line): \(severity.rawValue): \(what) \(remedy)" }
}

/// Translators' files that cannot be read.
public struct LocaleError: Error, Equatable, CustomStringConvertible {
  /// At least one finding, each with its file, line and remedy.
  public let findings: [Finding]

  public var description: String { findings.map(\.description).joined(separator: "\n") }
}
