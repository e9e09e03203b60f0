import Database
import HTTPTypes
import Journal
import Kernel
import Localization
import Web

/// Letters to organizations, as pages.
extension PeopleFeature {
  var letterRoutes: [Route] {
    [
      .page("/organizations/{id}/letter", letterPage),
      .form("/organizations/{id}/letter", limit: Self.writing, writeLetter) { visit, error in
        .page(
          LetterPages.write(to: try await face(visit), FormView(visit, form: visit.form, error: error))
            .html(for: visit, assets: assets))
      },
      .page("/organizations/{id}/letters", for: .signedIn, lettersPage),
      .form("/organizations/{id}/letters/answered", for: .signedIn, markAnswered),
      .form("/organizations/{id}/letters/removal", for: .signedIn, removeLetter),
    ]
  }

  static let writing = Limit("write-letter", 10, every: 3600)
  /// Letters to one organization, whoever writes.
  static let writingToOne = Limit("letters-to-one", 100, every: 86_400)

  private func letterPage(_ visit: Visit) async throws -> Answer {
    let face = try await face(visit)
    let page = visit.query.first("sent") == nil ? LetterPages.write(to: face, FormView(visit)) : LetterPages.sent(to: face)
    return .page(page.html(for: visit, assets: assets))
  }

  private func writeLetter(_ visit: Visit) async throws -> Answer {
    let id = try await face(visit).organization.id
    try limiter.take(Self.writingToOne, who: id.rawValue, now: node.clock())
    let write = WriteLetter(
      to: id, words: visit.form.text("words"), answerTo: visit.form.text("answerTo"), ports: ports.organizations)
    _ = try await act(visit, once: "people.writeLetter " + id.rawValue) { act in try write(in: act).rawValue }
    return .see("/organizations/\(id.rawValue)/letter?sent=yes")
  }

  private func lettersPage(_ visit: Visit) async throws -> Answer {
    let organization = try await face(visit, seenAs: .member).organization
    let cursor = visit.query.first("cursor").map { ID<Letter>($0) }
    let keys = node.keys
    let letters = try await node.read { connection in
      let letters = try LetterStore(connection).letters(to: organization.id, after: cursor, limit: Self.lettersOnAPage + 1)
      let contacts = try Contacts(connection, keys: keys).first(of: letters.map(\.id.rawValue))
      return letters.map { (letter: $0, answerTo: contacts[$0.id.rawValue]?.value) }
    }
    let shown = Array(letters.prefix(Self.lettersOnAPage))
    let next = letters.count > shown.count ? shown.last?.letter.id.rawValue : nil
    return .page(
      LetterPages.list(shown, to: organization, next: next, formID: visit.formID).html(for: visit, assets: assets))
  }

  private static let lettersOnAPage = 30

  private func markAnswered(_ visit: Visit) async throws -> Answer {
    let id = ID<Organization>(try visit.parameter("id"))
    let mark = MarkLetterAnswered(ID(visit.form.first("letter") ?? ""), to: id, ports: ports.organizations)
    try await node.act(as: visit.actor) { act in try mark(in: act) }
    return .see("/organizations/\(id.rawValue)/letters")
  }

  private func removeLetter(_ visit: Visit) async throws -> Answer {
    let id = ID<Organization>(try visit.parameter("id"))
    let remove = RemoveLetter(ID(visit.form.first("letter") ?? ""), to: id, ports: ports.organizations)
    try await node.act(as: visit.actor) { act in try remove(in: act) }
    return .see("/organizations/\(id.rawValue)/letters")
  }
}
