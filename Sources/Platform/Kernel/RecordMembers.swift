/// The members of a record that another node has written, read strictly: what is not as it should be is not guessed at.
public struct RecordMembers: Sendable {
  private let object: JSON.Object

  /// A member that cannot be taken, by its name.
  public struct Flaw: Error, Sendable, Equatable, CustomStringConvertible {
    public let member: String

    public init(_ member: String) {
      self.member = member
    }

    public var description: String { "“\(member)” is missing or cannot be read" }
  }

  /// - Throws: `Flaw` when it is no object.
  public init(_ json: JSON, name: String = "record") throws(Flaw) {
    guard let object = json.object else { throw Flaw(name) }
    self.object = object
  }

  /// A text of at most `longest` Unicode scalars.
  public func text(_ name: String, atMost longest: Int = 200) throws(Flaw) -> String {
    guard let text = try textIfPresent(name, atMost: longest) else { throw Flaw(name) }
    return text
  }

  /// The same; nil where there is none.
  public func textIfPresent(_ name: String, atMost longest: Int = 200) throws(Flaw) -> String? {
    guard let value = present(name) else { return nil }
    guard let text = value.string, text.unicodeScalars.count <= longest, !text.unicodeScalars.contains("\u{0}") else {
      throw Flaw(name)
    }
    return text
  }

  public func texts(_ name: String, atMost most: Int = 50) throws(Flaw) -> [String] {
    let elements = object[name]?.array ?? []
    let texts = elements.compactMap(\.string)
    guard texts.count == elements.count, texts.count <= most,
      texts.allSatisfy({ $0.unicodeScalars.count <= 200 && !$0.unicodeScalars.contains("\u{0}") })
    else { throw Flaw(name) }
    return texts
  }

  /// An id in the form in which ids are made: it will stand in addresses.
  public func id<Subject>(_ name: String, of _: Subject.Type = Subject.self) throws(Flaw) -> ID<Subject> {
    guard let id = try idIfPresent(name, of: Subject.self) else { throw Flaw(name) }
    return id
  }

  public func idIfPresent<Subject>(_ name: String, of _: Subject.Type = Subject.self) throws(Flaw) -> ID<Subject>? {
    guard let text = try textIfPresent(name, atMost: 36) else { return nil }
    let isForm = text.utf8.enumerated().allSatisfy { index, byte in
      [8, 13, 18, 23].contains(index)
        ? byte == UInt8(ascii: "-") : (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
    }
    guard isForm, text.utf8.count == 36 else { throw Flaw(name) }
    return ID(text)
  }

  public func number(_ name: String, in range: ClosedRange<Int>) throws(Flaw) -> Int {
    guard let number = object[name]?.int, range.contains(number) else { throw Flaw(name) }
    return number
  }

  public func share(_ name: String) throws(Flaw) -> Double {
    guard let number = object[name]?.double, number.isFinite else { throw Flaw(name) }
    return number
  }

  public func answer(_ name: String) throws(Flaw) -> Bool {
    guard let answer = object[name]?.bool else { throw Flaw(name) }
    return answer
  }

  public func answerIfPresent(_ name: String) throws(Flaw) -> Bool? {
    present(name) == nil ? nil : try answer(name)
  }

  /// Milliseconds since 1970 UTC, not before.
  public func time(_ name: String) throws(Flaw) -> Timestamp {
    Timestamp(milliseconds: Int64(try number(name, in: 0...JSON.greatestInteger)))
  }

  public func timeIfPresent(_ name: String) throws(Flaw) -> Timestamp? {
    present(name) == nil ? nil : try time(name)
  }

  public func bytes(_ name: String, atMost longest: Int) throws(Flaw) -> [UInt8] {
    guard let bytes = Base64URL.decode(try text(name, atMost: longest * 2)), bytes.count <= longest else { throw Flaw(name) }
    return bytes
  }

  public func choice<Choice: RawRepresentable<String>>(_ name: String, of _: Choice.Type = Choice.self) throws(Flaw) -> Choice {
    guard let choice = try choiceIfPresent(name, of: Choice.self) else { throw Flaw(name) }
    return choice
  }

  public func choiceIfPresent<Choice: RawRepresentable<String>>(
    _ name: String, of _: Choice.Type = Choice.self
  ) throws(Flaw) -> Choice? {
    guard let text = try textIfPresent(name) else { return nil }
    guard let choice = Choice(rawValue: text) else { throw Flaw(name) }
    return choice
  }

  public func recordIfPresent(_ name: String) throws(Flaw) -> RecordMembers? {
    guard let value = present(name) else { return nil }
    return try RecordMembers(value, name: name)
  }

  /// Records in a list; none where there is no list.
  public func records(_ name: String, atMost most: Int = 10_000) throws(Flaw) -> [RecordMembers] {
    guard let value = present(name) else { return [] }
    guard let elements = value.array, elements.count <= most else { throw Flaw(name) }
    var records: [RecordMembers] = []
    for element in elements { records.append(try RecordMembers(element, name: name)) }
    return records
  }

  private func present(_ name: String) -> JSON? {
    guard let value = object[name], !value.isNull else { return nil }
    return value
  }
}
