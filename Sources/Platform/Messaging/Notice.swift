public import Kernel
public import Localization

/// Something somebody is told: what has happened, and where to look. It waits for them on their page, and mails tell of it.
public struct Notice: Sendable, Equatable {
  public let id: ID<Notice>
  public let recipient: Recipient
  /// What has happened. Its values are codes, dates and numbers, never names or what somebody said: it goes through mail servers.
  public let message: Message
  /// The page to look at, on this site.
  public let path: String
  /// The record it is about. When that is erased, so is the notice.
  public let subject: String
  public let createdAt: Timestamp
  /// When its recipient has looked at the list it is in; nil until then.
  public let seenAt: Timestamp?
  /// Whether its recipient wanted to hear of such a thing at once, and not with the next digest.
  public let isUrgent: Bool
}

/// Who is told: a person, or all who answer for an organization.
public enum Recipient: Sendable, Hashable {
  case person(String)
  case organization(String)

  /// `person:…` or `organization:…`, as it is stored.
  public var text: String {
    switch self {
    case .person(let id): "person:" + id
    case .organization(let id): "organization:" + id
    }
  }

  /// - Returns: nil for a text that is none.
  public init?(_ text: String) {
    let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
    guard parts.count == 2 else { return nil }
    switch parts[0] {
    case "person": self = .person(parts[1])
    case "organization": self = .organization(parts[1])
    default: return nil
    }
  }
}
