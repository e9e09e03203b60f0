import Database
public import Journal
public import Kernel
import Localization
import Messaging
public import People

/// Who on the desk cares for a need: somebody takes it, gives it to a colleague, or gives it back.
public struct AssignNeed: Sendable {
  let id: ID<Need>
  let known: ID<Person>?
  let assignee: ID<Person>?

  /// - Parameters:
  ///   - known: who cared for it when it was looked at; somebody who took it meanwhile is not pushed aside.
  ///   - assignee: who cares for it from now on; nil for nobody.
  public init(_ id: ID<Need>, from known: ID<Person>?, to assignee: ID<Person>?) {
    self.id = id
    self.known = known
    self.assignee = assignee
  }

  /// - Throws: `DomainError.notFound`; `DomainError.forbidden`; `DomainError.invalid` for somebody who is no facilitator of it;
  ///   `DomainError.conflict` when somebody else has taken it meanwhile.
  public func callAsFunction(in act: Act) throws {
    let need = try act.need(id, where: NeedPolicy.mayTriage)
    guard need.assignee != assignee?.rawValue else { return }
    if let assignee, try !AccountStore(act.connection).facilitators(in: need.scopes).contains(where: { $0.id == assignee }) {
      throw DomainError.invalid("to", Message("Please choose a facilitator of this need."))
    }
    guard need.assignee == known?.rawValue, try NeedStore(act.connection).assign(need, to: assignee) else {
      throw DomainError.conflict(Message("Somebody else has changed meanwhile who cares for this need."))
    }
    try act.record(
      Event(
        "needs", assignee == nil ? "givenBack" : "assigned", subject: id.rawValue,
        payload: ["to": assignee.map { .string($0.rawValue) } ?? .null]))
    try tell(need, act)
  }

  /// Nobody is told what they did themselves.
  private func tell(_ need: Need, _ act: Act) throws {
    func tell(_ person: String?, _ message: Message, _ key: String) throws {
      guard let person, person != act.actor.personID else { return }
      try act.tell(
        .person(person), message, path: "/desk/\(need.code)", subject: id.rawValue,
        key: "need \(id.rawValue) \(key) \(act.now.milliseconds)")
    }
    try tell(
      assignee?.rawValue, Message("{code} was given to you: you care for it on the desk from now on.", need.named), "given")
    try tell(
      need.assignee, Message("You need not care for {code} any more: somebody has taken it from you.", need.named), "taken")
  }
}

/// Somebody leaves, or is no facilitator any more: what they cared for waits for somebody else.
public struct LeaveDesk: Sendable {
  let person: ID<Person>

  public init(_ person: ID<Person>) {
    self.person = person
  }

  /// What they may still care for with the roles that are left stays theirs.
  public func callAsFunction(in act: Act) throws {
    let left = Actor(.person(id: person.rawValue), grants: try AccountStore(act.connection).grants(of: person))
    try leave(act) { NeedPolicy.mayTriage(left, $0) }
  }

  /// Whoever is erased keeps nothing, whatever their roles were.
  public func forGood(in act: Act) throws {
    try leave(act) { _ in false }
  }

  private func leave(_ act: Act, unless stays: (Need) -> Bool) throws {
    let store = NeedStore(act.connection)
    for need in try store.assigned(to: person) where !stays(need) {
      guard try store.assign(need, to: nil) else { continue }
      try act.record(Event("needs", "givenBack", subject: need.id.rawValue))
    }
  }
}

extension Need {
  /// Over which one is a facilitator of this need, beside the whole node.
  var scopes: [String] { ["country:" + country, OrganizationPolicy.scope(of: organization)] }
}

extension NeedStore {
  /// Who cares for a need says nothing about it: its version stays, so that nobody's reading of it is out of date.
  /// - Returns: whether nobody else has changed it since it was read.
  func assign(_ need: Need, to person: ID<Person>?) throws -> Bool {
    try connection.execute(
      "UPDATE needs SET assignee = \(person) WHERE id = \(need.id) AND COALESCE(assignee, '') = \(need.assignee ?? "")") == 1
  }

  /// Everything that somebody cares for.
  func assigned(to person: ID<Person>) throws -> [Need] {
    try connection.query("SELECT * FROM needs WHERE assignee = \(person) ORDER BY created_at, id").map(Need.init)
  }

  /// What somebody cares for that still waits to be read, or for help, what waits longest first.
  public func waiting(with person: ID<Person>, limit: Int) throws -> [Need] {
    try connection.query(
      """
      SELECT * FROM needs WHERE assignee = \(person) AND state IN ('expressed', 'triaged', 'open')
      ORDER BY created_at, id LIMIT \(limit)
      """
    ).map(Need.init)
  }
}
