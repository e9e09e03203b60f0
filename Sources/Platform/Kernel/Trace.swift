import Foundation

/// Something in a text by which a person could be found.
public struct Trace: Sendable, Equatable {
  public enum Kind: Sendable { case telephone, email, link, place }
  public let kind: Kind
  public let range: Range<String.Index>

  /// All traces in a text, in the order in which they stand. Digits of every script count, and what cannot be seen does not.
  /// When in doubt it is a trace: then a person looks. Takes time in proportion to the length, so no pattern may run on without
  /// bound.
  public static func all(in text: String) -> [Trace] {
    let legible = LegibleText(text)
    let (plain, places) = legible.forMatching()
    let whole = NSRange(location: 0, length: places.count)
    var isTaken = [Bool](repeating: false, count: legible.scalars.count)
    var found: [(kind: Trace.Kind, range: Range<Int>)] = []
    func take(_ kind: Trace.Kind, _ range: Range<Int>) {
      guard !isTaken[range].contains(true) else { return }
      for place in range { isTaken[place] = true }
      found.append((kind, range))
    }
    for (kind, pattern) in patterns {
      for match in pattern.matches(in: plain, range: whole) where match.range.length > 0 {
        let last = match.range.location + match.range.length - 1
        take(kind, places[match.range.location]..<places[last] + 1)
      }
    }
    for run in DigitRun.all(in: legible.scalars) where run.isTelephone { take(.telephone, run.range) }
    return found.sorted { $0.range.lowerBound < $1.range.lowerBound }.map {
      Trace(kind: $0.kind, range: legible.rangeInSource($0.range))
    }
  }

  /// A letter, digit or hyphen of a name in an address. Patterns begin where no other stands before, and take all at once.
  private static let sign = #"[\p{L}\p{M}\p{N}-]"#
  /// Endings that are in use, with more than two letters; and those of two under which links are shortened.
  private static let endings = """
    com|org|net|info|biz|name|pro|coop|mobi|asia|cat|jobs|tel|xyz|online|site|website|shop|store|club|blog|page|link|click|live|news|\
    media|world|today|life|space|tech|dev|cloud|email|chat|social|community|foundation|charity|africa|global|network|group|team|help|\
    care|icu|top|vip|fun|art|design|earth|eco|green|onion|aero|app|gov|edu|int|mil|ngo|ong|me|co|io|ly|gl|gg|cc|be|im|tv|ai
    """
  /// The endings of countries (IANA, 2025).
  private static let countryEndings = """
    a[cdefgilmoqrstuwxz]|b[abdefghijmnorstvwyz]|c[acdfghiklmnoruvwxyz]|d[ejkmoz]|e[ceghrstu]|f[ijkmor]|g[abdefghilmnpqrstuwy]|\
    h[kmnrtu]|i[delmnoqrst]|j[emop]|k[eghimnprwyz]|l[abcikrstuvy]|m[acdeghklmnopqrstuvwxyz]|n[acefgilopruz]|om|p[aefghklmnrstwy]|\
    qa|r[eosuw]|s[abcdeghijklmnorstuvxyz]|t[cdfghjklmnortvwz]|u[agksyz]|v[aceginu]|w[fs]|y[et]|z[amw]
    """
  /// What may follow a name of a computer.
  private static let path = #"(?!\#(sign))(?::\d{1,5})?(?:[/?#]\S*)?"#

  private static let patterns: [(Trace.Kind, NSRegularExpression)] = [
    (
      .email,
      regex(#"(?<![\p{L}\p{M}\p{N}._%+-])[\p{L}\p{M}\p{N}._%+-]++\s?(?:@|[(\[{]\s?at\s?[)\]}])\s?\#(sign)++(?:\.\#(sign)++)++"#)
    ),
    // Without an ending it is an address only when written in one piece: “5 bags @ 20 pesos”.
    (.email, regex(#"(?<![\p{L}\p{M}\p{N}._%+-])[\p{L}\p{M}\p{N}._%+-]++(?:@|\s?[(\[{]\s?at\s?[)\]}]\s?)\#(sign){2,}+"#)),
    (.link, regex(#"(?<!\#(sign))(?:[a-z][a-z0-9+.-]{1,15}://|www\.|(?:mailto|tel|sms|tg):(?=\S)|xn--)\S+"#)),
    // One character before the dot is an abbreviation, as in “p.ej.”, unless a known ending or a path follows.
    (.link, regex(#"(?<!\#(sign))(?:\#(sign)++\.){1,5}(?:\#(endings))\#(path)"#)),
    (.link, regex(#"(?<!\#(sign))(?=[\p{N}-]*+\p{L})\#(sign){2,}+\.(?:\#(countryEndings))\#(path)"#)),
    (.link, regex(#"(?<!\#(sign))(?=[\p{N}-]*+\p{L})\#(sign)++\.[\p{L}\p{M}]{2,}+/[^\s/]\S*"#)),
    // Endings in other letters are many; a sentence after a forgotten space would begin with one capital.
    (
      .link,
      regex(
        #"(?<!\#(sign))\#(sign){2,}+\.(?=[a-z]*+[\p{L}&&[^a-zA-Z]])(?!\p{Lu}\P{Lu})[\p{L}\p{M}]{2,}+\#(path)"#, caseMatters: true)
    ),
    (.link, regex(#"(?<![\p{L}\p{M}\p{N}])@[\p{L}\p{M}\p{N}_]{3,}+"#)),
    // Three decimals of a degree are a hundred metres; “10.000, 15.000” are amounts.
    (
      .place,
      regex(
        #"(?<![\d.,])-?\d{1,3}\.(?!\d00(?!\d))\d{3,}+\s{0,2}°?\s{0,2}[NSEWO]?\s{0,2}[,;/ ]\s{0,2}-?\d{1,3}\.(?!\d00(?!\d))\d{3,}+\s{0,2}°?(?:\s{0,2}[NSEWO]\b)?"#
      )
    ),
    (.place, regex(#"\d{1,3}\s{0,2}°\s{0,2}\d{1,2}\s{0,2}[′'’](?:\s{0,2}\d{1,2}(?:\.\d{1,9})?\s{0,2}[″"”])?\s{0,2}[NSEWO]?"#)),
    (
      .place,
      regex(
        #"\b\d{1,5}[a-z]?,?\s{1,9}(?:[\p{L}.'-]{1,40}+\s{1,9}){0,3}(?:street|st\.|road|rd\.|avenue|ave\.|lane|boulevard|blvd)(?![\p{L}])"#
      )
    ),
    (
      .place,
      regex(
        #"\b(?:calle|avenida|av\.|carrera|jirón|pasaje|rue|avenue|boulevard|chemin|شارع|زنقة)\s{1,9}(?:[\p{L}.'-]{1,40}+\s{1,9}){0,4}(?:n[°ºo.]{0,3}\s{0,9}|#\s{0,9}|رقم\s{0,9})?\d{1,5}\b"#
      )
    ),
    (.place, regex(#"\b\d{1,5},?\s{1,9}(?:bis\s{1,9})?(?:rue|avenue|boulevard|chemin|impasse)\s{1,9}\p{L}+"#)),
    // An open location code, whole or without its beginning: twenty signs in pairs. One without letters would be a sum.
    (
      .place,
      regex(
        #"(?<![\p{L}\p{N}])(?=[0-9+]{0,16}[CFGHJMPQRVWX])(?:[2-9CFGHJMPQRVWX]{2}){2,4}+\+[2-9CFGHJMPQRVWX]{2,7}+(?![\p{L}\p{N}])"#
      )
    ),
  ]

  private static func regex(_ pattern: String, caseMatters: Bool = false) -> NSRegularExpression {
    do {
      return try NSRegularExpression(pattern: pattern, options: caseMatters ? [] : .caseInsensitive)
    } catch {
      preconditionFailure("the pattern \(pattern) is wrong: \(error)")
    }
  }
}
