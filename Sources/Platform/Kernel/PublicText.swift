import Localization

extension Text {
  /// The same for what everybody will read. Nothing in it may lead to a person: telephone numbers, addresses of any kind and exact
  /// places are refused, with where they stand.
  /// - Throws: `DomainError.invalid` naming the first thing that must not be there and its place.
  public func checkedForEverybody(_ field: String, atMost longest: Int, lines: Bool = false) throws -> String {
    let text = try checked(field, atMost: longest, lines: lines)
    if let found = Trace.all(in: text).first { throw DomainError.invalid(field, found.refusal(in: text)) }
    return text
  }
}

extension Trace {
  fileprivate func refusal(in text: String) -> Message {
    let values = [
      "part": String(text[range]), "position": String(text.distance(from: text.startIndex, to: range.lowerBound) + 1),
    ]
    return switch kind {
    case .telephone:
      Message(
        "“{part}” at character {position} looks like a telephone number. Everybody reads this: leave it out.", values)
    case .email:
      Message("“{part}” at character {position} looks like an e-mail address. Everybody reads this: leave it out.", values)
    case .link:
      Message("“{part}” at character {position} looks like a web address. Everybody reads this: leave it out.", values)
    case .place:
      Message(
        "“{part}” at character {position} looks like an exact place. Everybody reads this: name the region instead.", values)
    }
  }
}
