/// Who acts, with what rights.
public struct Actor: Sendable, Equatable {
  public enum Who: Sendable, Hashable {
    /// Nobody we know; `visitor` is the random id of their cookie, if they have one.
    case stranger(visitor: String?)
    /// A person with an account.
    case person(id: String)
    /// A program with a token.
    case token(id: String)
    /// The node itself.
    case system
  }

  public let who: Who
  /// What they were given.
  public let grants: Set<Grant>
  /// The needs whose receipt they hold.
  public let receipts: Set<String>
  /// Accounts on probation, and imported or demonstration records, move nothing.
  public let isOnProbation: Bool

  public init(_ who: Who, grants: Set<Grant> = [], receipts: Set<String> = [], isOnProbation: Bool = false) {
    self.who = who
    self.grants = grants
    self.receipts = receipts
    self.isOnProbation = isOnProbation
  }

  /// The node itself, which may do everything.
  public static let system = Actor(.system, grants: [Grant(.administrator)])
  public static let stranger = Actor(.stranger(visitor: nil))

  /// Whether they have a role over the whole node, or over `scope`. An administrator has every staff role.
  public func has(_ role: Role, in scope: String? = nil) -> Bool {
    grants.contains { grant in
      (grant.role == role || (grant.role == .administrator && role.isStaff)) && (grant.scope == nil || grant.scope == scope)
    }
  }

  /// The scopes in which they have a role; a nil among them means the whole node.
  public func scopes(of role: Role) -> Set<String?> {
    Set(grants.filter { $0.role == role || ($0.role == .administrator && role.isStaff) }.map(\.scope))
  }

  /// The same, showing a receipt.
  public func holding(receipt need: String) -> Actor {
    Actor(who, grants: grants, receipts: receipts.union([need]), isOnProbation: isOnProbation)
  }

  public var isSignedIn: Bool {
    if case .person = who { return true }
    return false
  }

  public var personID: String? {
    if case .person(let id) = who { return id }
    return nil
  }

  /// How the journal and idempotency keys name them: a kind and an id, never a name.
  public var reference: String {
    switch who {
    case .stranger(let visitor): "visitor:" + (visitor ?? "-")
    case .person(let id): "person:" + id
    case .token(let id): "token:" + id
    case .system: "system"
    }
  }
}

/// What a person or a token may be on a node.
public enum Role: String, Sendable, Hashable, CaseIterable, Codable {
  case member, volunteer, facilitator, organizer, moderator, partner, safeguarding, administrator

  /// Staff roles see what others told us, and sign in with a second factor.
  public var isStaff: Bool {
    switch self {
    case .facilitator, .moderator, .administrator, .organizer, .safeguarding: true
    case .member, .volunteer, .partner: false
    }
  }
}

/// A role, over the whole node or over one thing: an organization, a camp, a country.
public struct Grant: Sendable, Hashable {
  public let role: Role
  /// The id of what it is over (`organization:…`, `country:CL`); nil for the whole node.
  public let scope: String?

  public init(_ role: Role, scope: String? = nil) {
    self.role = role
    self.scope = scope
  }
}
