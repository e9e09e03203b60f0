public import Localization

/// The members of an object that a program sent. Reading notes each value of the wrong kind, so that all are told at once.
///
/// A path names a member; dots lead into objects: `organization.kind`. Where null is taken, it means the same as a missing
/// member.
public struct JSONMembers {
  private let body: JSON
  /// Names at the top that were looked for.
  private var asked: Set<String> = []
  private var check = FieldCheck()

  /// Unknown members that are named in one answer: a body may hold thousands.
  private static let mostOthers = 20

  /// - Throws: `DomainError.malformed` when `body` is no object.
  public init(_ body: JSON) throws {
    guard body.object != nil else { throw DomainError.malformed(Message("The body is a JSON object.")) }
    self.body = body
  }

  /// Whether there is such a member, be it null.
  public mutating func has(_ path: String) -> Bool { find(path) != nil }

  /// A text; nil when there is none, or after a complaint.
  public mutating func string(_ path: String, orNull isNullable: Bool = false) -> String? {
    guard let value = given(path, isNullable) else { return nil }
    if let text = value.string { return text }
    check.complain(path, Message("This is a text."))
    return nil
  }

  /// True or false; nil when there is none, or after a complaint.
  public mutating func bool(_ path: String, orNull isNullable: Bool = false) -> Bool? {
    guard let value = given(path, isNullable) else { return nil }
    if let answer = value.bool { return answer }
    check.complain(path, isNullable ? Message("This is true, false or null.") : Message("This is true or false."))
    return nil
  }

  /// A list of texts; nil when there is none, or after a complaint.
  public mutating func strings(_ path: String, orNull isNullable: Bool = false) -> [String]? {
    guard let value = given(path, isNullable) else { return nil }
    let elements = value.array ?? []
    let texts = elements.compactMap(\.string)
    if value.array != nil, texts.count == elements.count { return texts }
    check.complain(path, Message("This is a list of texts."))
    return nil
  }

  /// One of `known`, by its name; nil when there is none, or after a complaint. Where null is taken, so is an empty text.
  /// - Parameter isRequired: whether a missing member is complained of too.
  public mutating func choice<Choice: RawRepresentable<String>>(
    _ path: String, among known: [Choice], orNull isNullable: Bool = false, isRequired: Bool = false
  ) -> Choice? {
    let value = given(path, isNullable)
    if value == nil, !isRequired { return nil }
    if isNullable, let text = value?.string, text.isEmpty { return nil }
    return check.choice(path, value?.string, among: known)
  }

  /// The version that was read of what is to be changed; −1 after a complaint, which a missing one gets too.
  public mutating func version() -> Int {
    if let version = find("version")?.int { return version }
    check.complain("version", Message("Please send the version that you have read."))
    return -1
  }

  public mutating func complain(_ path: String, _ message: Message) {
    check.complain(path, message)
  }

  /// Complains of every member that nothing has looked for. For bodies of which passing one over would do more than was meant;
  /// the others may hold what later versions know.
  public mutating func refuseOthers(_ message: Message = Message("There is no such field here.")) {
    let others = (body.object?.keys ?? []).filter { !asked.contains($0) }
    for name in others.prefix(Self.mostOthers) { check.complain(name, message) }
  }

  /// - Throws: `DomainError.invalid` when anything was wrong.
  public func finish() throws {
    try check.finish()
  }

  private mutating func find(_ path: String) -> JSON? {
    let names = path.split(separator: ".").map { String($0) }
    if let first = names.first { asked.insert(first) }
    var value: JSON? = body
    for name in names { value = value?.object?[name] }
    return value
  }

  private mutating func given(_ path: String, _ isNullable: Bool) -> JSON? {
    guard let value = find(path), !(isNullable && value.isNull) else { return nil }
    return value
  }
}

extension FieldCheck {
  /// One of `known`, by its name; nil after a complaint that lists all of them.
  public mutating func choice<Choice: RawRepresentable<String>>(
    _ field: String, _ name: String?, among known: [Choice]
  ) -> Choice? {
    if let choice = name.flatMap({ Choice(rawValue: $0) }) { return choice }
    complain(field, Message("This is one of: {values}.", ["values": known.map(\.rawValue).joined(separator: ", ")]))
    return nil
  }
}
