import Foundation

/// A text as the eye reads it: what cannot be seen is left out, and digits, dashes, slashes and wide or circled letters are
/// plain ones.
struct LegibleText {
  private(set) var scalars: [Unicode.Scalar] = []
  /// Where each of them stands in the text it was made of.
  private var origins: [String.Index] = []
  private let source: String

  init(_ text: String) {
    source = text
    scalars.reserveCapacity(text.utf8.count)
    origins.reserveCapacity(text.utf8.count)
    for place in text.unicodeScalars.indices {
      guard let scalar = Self.legible(text.unicodeScalars[place], after: scalars.last) else { continue }
      scalars.append(scalar)
      origins.append(place)
    }
  }

  /// The text, and for each of its UTF-16 units, in which regular expressions count, the scalar it belongs to.
  func forMatching() -> (text: String, places: [Int]) {
    var text = String.UnicodeScalarView()
    var places: [Int] = []
    places.reserveCapacity(scalars.count)
    for (place, scalar) in scalars.enumerated() {
      text.append(scalar)
      for _ in 0..<UTF16.width(scalar) { places.append(place) }
    }
    return (String(text), places)
  }

  /// - Parameter range: of scalars; not empty.
  func rangeInSource(_ range: Range<Int>) -> Range<String.Index> {
    origins[range.lowerBound]..<source.unicodeScalars.index(after: origins[range.upperBound - 1])
  }

  static func isDigit(_ scalar: Unicode.Scalar) -> Bool { (0x30...0x39).contains(scalar.value) }

  /// - Returns: nil for what cannot be seen.
  private static func legible(_ scalar: Unicode.Scalar, after last: Unicode.Scalar?) -> Unicode.Scalar? {
    guard !scalar.isASCII else { return scalar == "\t" ? " " : scalar }
    let properties = scalar.properties
    guard !properties.isDefaultIgnorableCodePoint else { return nil }
    if let ascii = digit(properties.numericValue) { return ascii }
    switch properties.generalCategory {
    case .format: return nil
    // What is written over or around a digit, as in keycaps, leaves it a digit.
    case .nonspacingMark, .enclosingMark: return last.map(isDigit) == true ? nil : scalar
    case .dashPunctuation: return "-"
    case .spaceSeparator: return " "
    case .lineSeparator, .paragraphSeparator: return "\n"
    default: break
    }
    switch scalar.value {
    case 0x85: return "\n"
    case 0x2800: return " "
    case 0x2D7, 0x2043, 0x2212, 0x2796: return "-"
    case 0x66B: return "."
    case 0x66C, 0x60C: return ","
    case 0x2044, 0x2215, 0x29F8: return "/"
    // Letters in circles and squares, of mathematics, and the wide forms of East Asia.
    case 0x2024, 0x2100...0x24FF, 0xFE50...0xFE6F, 0xFF00...0xFFEF, 0x1D400...0x1D7FF, 0x1F100...0x1F1FF:
      let plain = String(scalar).precomposedStringWithCompatibilityMapping.unicodeScalars
      return plain.count == 1 ? plain.first : scalar
    default: return scalar
    }
  }

  private static func digit(_ value: Double?) -> Unicode.Scalar? {
    guard let value, (0...9).contains(value), value == value.rounded() else { return nil }
    return Unicode.Scalar(UInt8(ascii: "0") + UInt8(value))
  }
}
