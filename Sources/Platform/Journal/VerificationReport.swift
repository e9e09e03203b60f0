public import Kernel

/// What verifying the journal has shown.
public struct VerificationReport: Sendable, Equatable {
  /// Something that is not as it was sealed.
  public enum Finding: Sendable, Equatable {
    /// An entry between these places, or the seal itself, was changed, added or removed.
    case altered(after: Position, upTo: Position)
    /// There are no entries with these positions.
    case missing(first: Int64, last: Int64)
    /// The position of this entry is not higher than that of the one before.
    case outOfOrder(Position)
    /// The payload is not the one that was committed to.
    case payloadAltered(Position, entry: String)
    /// The payload is gone, and no record says that it was erased.
    case payloadMissing(Position, entry: String)
    case payloadWithoutEntry(String)
    /// The seal at this place does not continue the one before.
    case chainBroken(Position)
    /// The node has not signed the seal at this place.
    case signatureWrong(Position)
    /// The file of heads knows that the journal had reached this place; the database does not, or has something else there. So it
    /// is with so many heads.
    case headsContradicted(Position, at: Timestamp, count: Int)

    var place: Position {
      switch self {
      case .altered(let place, _), .outOfOrder(let place), .payloadAltered(let place, _), .payloadMissing(let place, _),
        .chainBroken(let place), .signatureWrong(let place), .headsContradicted(let place, _, _):
        place
      case .missing, .payloadWithoutEntry: .start
      }
    }
  }

  /// An entry whose payload was erased by an act that says so.
  public struct Erased: Sendable, Equatable {
    public let entry: String
    public let place: Position
  }

  /// None when all is as it was sealed.
  public let findings: [Finding]
  /// The last sealed entry.
  public let head: Position
  /// How many entries are sealed.
  public let sealed: Int
  /// How many are not sealed yet: those of the last second or two while a server runs.
  public let unsealed: Int
  public let oldestUnsealed: Timestamp?
  public let erased: [Erased]
  /// The last head in the file; nil when no file was given or it holds none.
  public let newestHead: Head?
  /// How far the journal reached before a restoration that the operator has stated, and by which its end was lost.
  public let acknowledgedLoss: Position?
  /// Lines of the file that are no head of this node.
  public let unreadableHeads: Int

  public var isIntact: Bool { findings.isEmpty }

  /// For the operator, in English, a sentence each.
  public var lines: [String] {
    var lines = findings.map(\.sentence)
    lines.append(
      isIntact ? "All \(sealed) sealed entries, up to \(head), are as they were sealed." : "The journal is NOT as it was sealed.")
    if let newestHead {
      lines.append("The newest head in the file is \(newestHead.place), of \(newestHead.at.iso8601).")
    } else {
      lines.append("There was no file of heads to compare with: entries cut off at the end would not be noticed.")
    }
    if unsealed > 0 {
      let since = oldestUnsealed.map { " The oldest is of \($0.iso8601)." } ?? ""
      lines.append("Not sealed yet, and so not vouched for: \(unsealed).\(since)")
    }
    lines += erased.map { "The payload of entry \($0.entry) at \($0.place) was erased, as recorded." }
    if let acknowledgedLoss {
      lines.append("Entries up to \(acknowledgedLoss) were lost in a restoration, as the operator has stated.")
    }
    if unreadableHeads > 0 { lines.append("Lines in the file of heads that are no head of this node: \(unreadableHeads).") }
    return lines
  }

  /// For a program.
  public var json: JSON {
    [
      "intact": JSON(isIntact), "findings": .array(findings.map(\.json)), "head": head.json, "sealed": JSON(sealed),
      "unsealed": JSON(unsealed), "oldestUnsealed": JSON(oldestUnsealed?.milliseconds),
      "erased": .array(erased.map { ["entry": JSON($0.entry), "place": $0.place.json] }), "newestHead": newestHead?.json ?? .null,
      "acknowledgedLoss": acknowledgedLoss?.json ?? .null, "unreadableHeads": JSON(unreadableHeads),
    ]
  }
}

extension VerificationReport.Finding {
  var sentence: String {
    switch self {
    case .altered(let after, let last): "Entries after \(after) up to \(last), or their seal, were changed, added or removed."
    case .missing(let first, let last) where first == last: "The entry with position \(first) is missing."
    case .missing(let first, let last): "The entries with positions \(first) to \(last) are missing."
    case .outOfOrder(let place): "The entry at \(place) is not in its place."
    case .payloadAltered(let place, let entry): "The payload of entry \(entry) at \(place) was changed."
    case .payloadMissing(let place, let entry):
      "The payload of entry \(entry) at \(place) is gone, and no record says that it was erased."
    case .payloadWithoutEntry(let entry): "There is a payload for entry \(entry), which is missing."
    case .chainBroken(let place): "The seal at \(place) does not follow the one before it: a seal was changed, removed or moved."
    case .signatureWrong(let place): "The seal at \(place) was not signed by this node."
    case .headsContradicted(let place, let at, _):
      "At \(at.iso8601) the journal had reached \(place), which the database does not bear out: entries were cut off or replaced."
    }
  }

  var json: JSON {
    switch self {
    case .altered(let after, let last): ["kind": "altered", "after": after.json, "upTo": last.json]
    case .missing(let first, let last): ["kind": "missing", "first": JSON(first), "last": JSON(last)]
    case .outOfOrder(let place): ["kind": "outOfOrder", "place": place.json]
    case .payloadAltered(let place, let entry): ["kind": "payloadAltered", "place": place.json, "entry": JSON(entry)]
    case .payloadMissing(let place, let entry): ["kind": "payloadMissing", "place": place.json, "entry": JSON(entry)]
    case .payloadWithoutEntry(let entry): ["kind": "payloadWithoutEntry", "entry": JSON(entry)]
    case .chainBroken(let place): ["kind": "chainBroken", "place": place.json]
    case .signatureWrong(let place): ["kind": "signatureWrong", "place": place.json]
    case .headsContradicted(let place, let at, let count):
      ["kind": "headsContradicted", "place": place.json, "at": JSON(at.milliseconds), "count": JSON(count)]
    }
  }
}
