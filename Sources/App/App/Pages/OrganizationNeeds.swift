import Database
import Journal
import Kernel
import Localization
import Needs
import People
import Volunteers
import Web

/// What the page of an organization shows of its needs, and what a need's page says of its organization: the pages that mix People and
/// Needs.
struct OrganizationNeeds: Sendable {
  let node: Node
  let solved: SolvedIndex

  /// Fewer than anybody scrolls through; the list of needs shows the rest.
  private static let most = 30

  /// What People asks of Needs.
  var ports: OrganizationPorts {
    OrganizationPorts(
      isHeld: { connection, actor, organization in
        guard !actor.receipts.isEmpty else { return false }
        return try NeedStore(connection).find(actor.receipts).contains { $0.organization == organization }
      },
      claimed: { act, organization in try TakeOverNeeds(of: organization)(in: act) },
      more: { _, organization in
        let needs = try await listed(of: organization)
        return section(needs) + stories(of: organization)
      },
      needs: { organization in .array(try await listed(of: organization).map(json)) })
  }

  /// Only what everybody may read, also to the group itself: this is its face.
  private func listed(of organization: Organization) async throws -> [Need] {
    try await node.read { connection in
      try NeedStore(connection).page(.listed, NeedFilter(organization: organization.id), after: nil, limit: Self.most)
    }
  }

  private func section(_ needs: [Need]) -> HTML {
    guard !needs.isEmpty else { return "" }
    return """
      <h2>\(tr("What this group needs"))</h2>
      <ul class="cards">
      \(each: needs, { need in
        """
        <li class="card"><p lang="\(need.summaryLanguage ?? need.language)" dir="auto"><a href="/needs/\(need.code.description)">\(NeedListing(need: need, organization: nil).title)</a></p>
        <p class="meta"><span class="mono">\(need.code.description)</span> · \(need.state.label) \(NeedPages.origin(need))</p></li>

        """
      })</ul>
      """
  }

  /// What came of its needs, where it said that the story may name it.
  private func stories(of organization: Organization) -> HTML {
    let stories = solved.stories(of: organization.id).prefix(Self.most)
    guard !stories.isEmpty else { return "" }
    return """
      <h2>\(tr("What was done with this group"))</h2>
      <ul class="cards">
      \(each: stories, { "<li class=\"card\"><p class=\"words\" lang=\"\($0.language)\" dir=\"auto\">\($0.text)</p><p class=\"meta\"><a class=\"mono\" href=\"/needs/\($0.code.description)\">\($0.code.description)</a></p></li>\n" })</ul>

      """
  }

  private func json(_ need: Need) -> JSON {
    [
      "code": .string(need.code.description), "state": .string(need.state.rawValue), "summary": JSON(need.summary),
      "summaryLanguage": JSON(need.summaryLanguage),
    ]
  }

  // MARK: - On a need's page

  /// The way from a need to its organization: for the group itself to who may see it and to taking it over, for others to its page
  /// where everybody may read that.
  func link(from need: Need, _ organization: Organization?, view: NeedPolicy.View, for actor: Actor) async throws -> HTML {
    guard let organization, view >= .summary else { return "" }
    let path = "/organizations/" + organization.id.rawValue
    if view >= .own {
      return """
        <p class="no-print"><a href="\(url: path + "/answers")">\(tr("Who may see our group"))</a>\(if: view == .own && !actor.isMember(of: organization), " · <a href=\"\(url: path + "/claim")\">\(tr("Speak for our group with an account"))</a>")</p>
        """
    }
    guard try await node.read({ try OrganizationStore($0).isShown(organization.id) }) else { return "" }
    return "<p class=\"no-print\"><a href=\"\(url: path)\">\(tr("More about this group"))</a></p>"
  }
}

extension Actor {
  fileprivate func isMember(of organization: Organization) -> Bool {
    has(.member, in: OrganizationPolicy.scope(of: organization.id))
  }
}
