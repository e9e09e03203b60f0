import Foundation
import Kernel
import Localization

/// The countries and territories of ISO 3166-1, as Foundation's region data knows them.
public enum Country {
  /// Alpha-2 codes, sorted.
  public static let codes: [String] = Locale.Region.isoRegions
    .filter { $0.identifier.count == 2 && $0.subRegions.isEmpty }
    .map(\.identifier).sorted()

  private static let known = Set(codes)

  /// A code in capitals, when it is one.
  /// - Throws: `DomainError.invalid` otherwise.
  public static func checked(_ code: String, field: String) throws -> String {
    let code = code.trimmingCharacters(in: .whitespaces).uppercased()
    guard known.contains(code) else {
      throw DomainError.invalid(field, Message("Please choose a country from the list (a code of two letters such as CL)."))
    }
    return code
  }

  /// Codes with their names in the current language, sorted by name as that language sorts.
  public static func named() -> [(value: String, label: String)] {
    let locale = Locale(identifier: Localization.current.language.tag)
    return codes.map { (value: $0, label: regionName($0)) }
      .sorted { $0.label.compare($1.label, options: [.caseInsensitive], range: nil, locale: locale) == .orderedAscending }
  }

  /// A subdivision of a country (ISO 3166-2): the country's code, a hyphen and one to three letters or digits.
  /// - Throws: `DomainError.invalid` otherwise.
  public static func checkedSubdivision(_ code: String?, of country: String, field: String) throws -> String? {
    guard let code = code?.trimmingCharacters(in: .whitespaces).uppercased(), !code.isEmpty else { return nil }
    let parts = code.split(separator: "-", maxSplits: 1)
    guard parts.count == 2, parts[0] == country, (1...3).contains(parts[1].count),
      parts[1].utf8.allSatisfy({ (48...57).contains($0) || (65...90).contains($0) })
    else {
      throw DomainError.invalid(field, Message("A region is written with its ISO code, such as CL-RM."))
    }
    return code
  }
}
