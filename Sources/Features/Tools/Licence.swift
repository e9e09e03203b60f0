/// What the names of licences say.
enum Licence {
  /// Whether everybody may use what is under these licences without paying for them; nil when that does not follow from their names.
  ///
  /// The families are those of the SPDX licence list that are approved by the Open Source Initiative or listed by the Free Software
  /// Foundation, the public domain dedications, and the Creative Commons, Open Data Commons and Open Government licences, none of which
  /// asks for a fee. `-NC` ones do so for non-commercial use, which is what small organizations make of them.
  /// - Parameter expression: an SPDX licence expression: `MIT`, `GPL-3.0-or-later AND CC-BY-4.0`.
  static func costsNothing(_ expression: String) -> Bool? {
    let names = names(in: expression)
    guard !names.isEmpty else { return nil }
    return names.allSatisfy { name in free.contains { name == $0 || ($0.hasSuffix("-") && name.hasPrefix($0)) } } ? true : nil
  }

  /// The licences an expression names, without their exceptions.
  static func names(in expression: String) -> [String] {
    var names: [String] = []
    var isException = false
    for word in expression.split(whereSeparator: { " ()".contains($0) }) {
      switch word.uppercased() {
      case "AND", "OR": isException = false
      case "WITH": isException = true
      default: if !isException { names.append(word.hasSuffix("+") ? String(word.dropLast()) : String(word)) }
      }
    }
    return names
  }

  /// An expression that names licences only with the signs SPDX allows (SPDX 2.3, annex D), at most 200 bytes; nil otherwise.
  static func read(_ text: String) -> String? {
    let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    guard !words.isEmpty, words.utf8.count <= 200 else { return nil }
    let isPlain = words.utf8.allSatisfy { byte in
      (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || " ()-.+:".utf8.contains(byte)
    }
    return isPlain ? words : nil
  }

  private static let free = [
    "0BSD", "AFL-", "AGPL-", "Apache-", "Artistic-", "BSD-", "BSL-", "CAL-", "CC-BY-", "CC-PDDC", "CC0-", "CDDL-", "CECILL-",
    "CPAL-",
    "ECL-", "EFL-", "EPL-", "EUPL-", "GFDL-", "GPL-", "ISC", "LGPL-", "LPPL-", "MIT", "MIT-0", "MPL-", "MS-PL", "MS-RL",
    "MulanPSL-",
    "NCSA", "NPOSL-", "ODbL-", "ODC-By-", "OFL-", "OGL-", "OSL-", "PDDL-", "PostgreSQL", "Python-", "UPL-", "Unlicense", "W3C",
    "WTFPL",
    "Zlib", "ZPL-",
  ]
}
