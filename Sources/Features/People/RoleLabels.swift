public import Kernel
public import Localization

extension Role {
  public var label: Phrase {
    switch self {
    case .member: tr("Member of an organization")
    case .volunteer: tr("Volunteer")
    case .facilitator: tr("Facilitator")
    case .organizer: tr("Organizer of camps")
    case .moderator: tr("Moderator")
    case .partner: tr("Partner who publishes opportunities")
    case .safeguarding: tr("Safeguarding lead: reads along where somebody under 18 helps")
    case .administrator: tr("Administrator")
    }
  }
}

/// Roles and what they are over, in words.
enum RoleLabels {
  /// - Parameter organizations: those whose name may be shown to the reader.
  static func label(_ grant: Grant, _ organizations: [Organization]) -> String {
    guard let scope = grant.scope else { return grant.role.label.text }
    return grant.role.label.text + ": " + self.scope(scope, organizations)
  }

  private static func scope(_ scope: String, _ organizations: [Organization]) -> String {
    if scope.hasPrefix("country:") { return regionName(String(scope.dropFirst("country:".count))) }
    return organizations.first { OrganizationPolicy.scope(of: $0.id) == scope }?.name ?? scope
  }
}
