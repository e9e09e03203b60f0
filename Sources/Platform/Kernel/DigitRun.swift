import Foundation

/// Digits with no more than a few signs between them: a telephone number, unless it can be read as amounts, dates, times and
/// counts.
struct DigitRun {
  /// Scalars, with a plus sign or a parenthesis in front.
  private(set) var range: Range<Int>
  private let hasPlus: Bool
  private var digits = 0
  /// Its text, cut where a sentence, a line or an item of a list ends.
  private var parts = [""]

  /// The runs of a text, in the order in which they stand.
  static func all(in scalars: [Unicode.Scalar]) -> [DigitRun] {
    var runs: [DigitRun] = []
    var place = 0
    while place < scalars.count {
      if LegibleText.isDigit(scalars[place]) {
        let run = DigitRun(from: place, in: scalars)
        runs.append(run)
        place = run.range.upperBound
      } else {
        place += 1
      }
    }
    return runs
  }

  private init(from first: Int, in scalars: [Unicode.Scalar]) {
    var start = first
    while start > 0, first - start < 2, scalars[start - 1] == "+" || scalars[start - 1] == "(" { start -= 1 }
    range = start..<first
    hasPlus = scalars[start..<first].contains("+")
    var end = first
    while true {
      while end < scalars.count, LegibleText.isDigit(scalars[end]) {
        parts[parts.count - 1].unicodeScalars.append(scalars[end])
        digits += 1
        end += 1
      }
      let between = scalars[end...].prefix(Self.mostSigns).prefix(while: Self.isSign)
      let next = end + between.count
      guard !between.isEmpty, next < scalars.count, LegibleText.isDigit(scalars[next]), Self.joins(between) else { break }
      if Self.endsPart(between) {
        parts.append("")
      } else {
        parts[parts.count - 1].unicodeScalars.append(contentsOf: between)
      }
      end = next
    }
    range = start..<end
  }

  /// Fewer than seven digits call nobody from afar. A telephone number is rarely round, and only amounts are written with
  /// points or commas before every third digit from the end; they never begin with 0.
  var isTelephone: Bool {
    guard digits >= 7 else { return false }
    guard !hasPlus, digits <= 40 else { return true }
    var others = 0
    var last = -1
    for part in parts {
      if part.utf8.count <= 2, let number = Int(part), part == "0" || !part.hasPrefix("0") {
        // Items of a list, and what is counted off, grow.
        guard number > last else { return true }
        last = number
      } else if !Self.matches(part, Self.clear) {
        guard Self.matches(part, Self.likely) else { return true }
        others += 1
      }
    }
    return others > 1
  }

  private static let mostSigns = 4

  private static func isSign(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation, .finalPunctuation,
      .otherPunctuation, .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol:
      true
    default: scalar.properties.isWhitespace
    }
  }

  /// “100 $ – 200 $” are two numbers, “0912$345” would be one.
  private static func joins(_ signs: ArraySlice<Unicode.Scalar>) -> Bool {
    signs.count == 1
      || !signs.contains { sign in
        switch sign {
        case "|", "~": false
        case "%", "‰", "°": true
        default: [.currencySymbol, .mathSymbol].contains(sign.properties.generalCategory)
        }
      }
  }

  private static func endsPart(_ signs: ArraySlice<Unicode.Scalar>) -> Bool {
    signs.contains("\n") || signs.contains(" ") && signs.contains { [",", ".", ";", ":", "!", "?"].contains($0) }
  }

  private static func matches(_ part: String, _ pattern: NSRegularExpression) -> Bool {
    pattern.firstMatch(in: part, range: NSRange(part.startIndex..., in: part)) != nil
  }

  /// Dates, times and round amounts, of which there may be many.
  private static let clear: NSRegularExpression = {
    let year = #"(?:19|20)\d\d"#
    let month = "(?:0?[1-9]|1[0-2])"
    let day = #"(?:0?[1-9]|[12]\d|3[01])"#
    let date = [
      "(?:\(day)-)?\(day)[./-]\(day)[./-]\(year)", "\(year)[./-]\(month)[./-]\(day)", "\(month)[./-]\(year)",
      #"\#(year)(?:[-/]\d\d)?"#, #"(?:[01]?\d|2[0-4]):[0-5]\d(?::[0-5]\d)?"#,
    ].joined(separator: "|")
    // “350 (2024)”, “2024 350”, “2019-2023”, “12/05/2026 09:30-17:00”
    let dates =
      #"(?:[1-9]\d{0,2} |[1-9]\d{0,4} \()?(?:\#(date))(?:\)?(?: ?[-/] ?| )\(?(?:\#(date)))*(?:\)? [1-9]\d{0,2})?"#
    let hour = #"(?:[01]?\d|2[0-4])\.(?:00|15|30|45)"#
    let round = [
      // With seven digits they end in 00, with up to ten in 000.
      grouped(#"\."#) + #"(?:,\d\d)?"#, grouped(",") + #"(?:\.\d\d)?"#, grouped(" ", #"\d00"#), grouped("['’]", #"\d00"#),
      #"[1-9]\d?(?:,\d\d){2},000"#, #"[1-9]\d{0,2}00(?:[.,]\d\d)?"#, #"[1-9]\d{0,2}0{4,6}"#,
    ].joined(separator: "|")
    return regex(#"\#(dates)|\#(hour) ?- ?\#(hour)|(?:\#(round))(?: ?[-/] ?(?:\#(round)))?"#)
  }()

  private static func grouped(_ sign: String, _ third: String = #"\d{3}"#) -> String {
    let ends = [
      #"[1-9]\d{0,2}\#(sign)\d00"#, #"[1-9]\#(sign)\d{3}\#(sign)\d00"#, #"[1-9]\d{0,2}\#(sign)\#(third)\#(sign)000"#,
      #"[1-9]\#(sign)\d{3}\#(sign)\#(third)\#(sign)000"#,
    ]
    return "(?:" + ends.joined(separator: "|") + ")"
  }

  /// Counts and amounts of up to seven digits: one among dates is none, two could be the halves of a telephone number.
  private static let likely = regex(
    [
      #"[1-9]\d{2,4}"#, #"[1-9]\d{0,4}[.,]\d{1,2}"#, #"(?:[1-9]\d{0,2}\.\d{3}|[1-9]\.\d{3}\.\d{3})(?:,\d{1,2})?"#,
      #"(?:[1-9]\d{0,2},\d{3}|[1-9],\d{3},\d{3}|[1-9]\d?,\d\d,\d{3})(?:\.\d{1,2})?"#, #"[1-9]\d? \d{3}"#,
    ].joined(separator: "|"))

  /// The whole of a part must match.
  private static func regex(_ pattern: String) -> NSRegularExpression {
    do {
      return try NSRegularExpression(pattern: #"\A(?:\#(pattern))\z"#)
    } catch {
      preconditionFailure("the pattern \(pattern) is wrong: \(error)")
    }
  }
}
