public import Database
import HTTPTypes
public import Journal
import Kernel
import Localization
public import Needs
public import Vocabulary
public import Web

/// The front door of Tools.
public struct ToolsFeature: Sendable {
  public static let migrations: [Migration] = ToolMigrations.all

  public let node: Node
  public let vocabulary: Vocabulary
  public let assets: Assets
  /// To be registered with the node's indexes.
  public let index: ToolIndex
  private let tagger: ToolTagger

  public init(node: Node, vocabulary: Vocabulary, assets: Assets) {
    self.init(node: node, vocabulary: vocabulary, assets: assets, index: ToolIndex(vocabulary: vocabulary))
  }

  /// - Parameter index: one that was made, and registered, before.
  public init(node: Node, vocabulary: Vocabulary, assets: Assets, index: ToolIndex) {
    self.node = node
    self.vocabulary = vocabulary
    self.assets = assets
    self.index = index
    tagger = ToolTagger(vocabulary)
  }

  /// Tools, as prescriptions take them.
  public var shelf: Shelf { index.shelf }

  public var routes: [Route] { pageRoutes + moderationRoutes + apiRoutes }

  private var pageRoutes: [Route] {
    [
      .page("/tools", listPage),
      .page("/tools/new") { visit in try await suggestionPage(visit, FormView(visit)) },
      .page("/tools/thanks") { visit in .page(ToolPages.thanks.html(for: visit, assets: assets)) },
      .form("/tools", limit: Self.suggesting, suggestForm, again: suggestAgain),
      .page("/tools/{id}", toolPage),
    ]
  }

  private var moderationRoutes: [Route] {
    let moderators = Route.Audience.roles([.facilitator, .moderator])
    return [
      .page("/tools/moderation", for: moderators, moderationPage),
      .form("/tools/{id}/decision", for: moderators, decide),
      .page("/tools/{id}/correction", for: moderators) { visit in try await correctionPage(visit, FormView(visit)) },
      .form("/tools/{id}/correction", for: moderators, correct, again: correctAgain),
    ]
  }

  private var apiRoutes: [Route] {
    [
      .api(.get, "/api/v1/tools", ToolAPI.list, listJSON),
      .api(.get, "/api/v1/tools/{id}", ToolAPI.one) { visit in try .json(ToolAPI.json(try await tool(visit))) },
      .api(.post, "/api/v1/tools", limit: Self.suggesting, ToolAPI.suggest, suggestJSON),
    ]
  }

  static let suggesting = Limit("suggest-tool", 20, every: 3600)
  private static let pageLength = 25

  // MARK: - Reading

  private func listPage(_ visit: Visit) async throws -> Answer {
    let search = ToolSearch(visit.query)
    let catalogue = index.catalogue
    let page = catalogue.page(search, language: visit.localizer.language.tag, limit: Self.pageLength)
    return .page(
      ToolPages.list(page, search, query: visit.query, isCatalogueEmpty: catalogue.count == 0, vocabulary).html(
        for: visit, assets: assets))
  }

  private func listJSON(_ visit: Visit) async throws -> Answer {
    let limit = visit.query.first("limit") == nil ? 50 : visit.query.number("limit", in: 1...100)
    guard let limit else { throw DomainError.invalid("limit", Message("This is a number from 1 to 100.")) }
    try ToolAPI.checkFilters(visit.query, vocabulary)
    let search = ToolSearch(visit.query)
    if search.cursor == nil, visit.query.first("cursor") != nil {
      throw DomainError.invalid("cursor", Message("This cursor is none of ours. Begin again without it."))
    }
    let page = index.catalogue.page(search, language: visit.localizer.language.tag, limit: limit)
    return try .json([
      "items": .array(page.tools.map { ToolAPI.json($0) }), "next": JSON(page.next?.text), "total": .int(page.total),
    ])
  }

  /// The tool a path names.
  /// - Throws: `DomainError.notFound` also where this actor may not know of it.
  private func tool(_ visit: Visit) async throws -> Tool {
    let id = ID<Tool>(try visit.parameter("id"))
    guard let tool = try await node.read({ try ToolStore($0).find(id) }), ToolPolicy.maySee(visit.actor, tool) else {
      throw DomainError.notFound
    }
    return tool
  }

  private func toolPage(_ visit: Visit) async throws -> Answer {
    let tool = try await tool(visit)
    return .page(
      ToolPages.tool(tool, mayModerate: ToolPolicy.mayModerate(visit.actor), fields: FormView(visit), vocabulary)
        .html(for: visit, assets: assets))
  }

  // MARK: - Suggesting

  /// Suggests a tool: the one way in for page, API and command.
  /// - Returns: the tool as it is now.
  private func suggest(_ statement: ToolStatement, _ visit: Visit) async throws -> Tool {
    let suggest = try SuggestTool(statement, tagger: tagger)
    let body: @Sendable (Act) throws -> String = { act in try suggest(in: act).id.rawValue }
    let id: String
    if let key = try visit.once("tools.suggest") {
      id = try await node.act(as: visit.actor, once: key, body).subject
    } else {
      id = try await node.act(as: visit.actor, body)
    }
    guard let tool = try await node.read({ try ToolStore($0).find(ID(id)) }) else { throw DomainError.notFound }
    return tool
  }

  private func suggestionPage(_ visit: Visit, _ fields: FormView) async throws -> Answer {
    .page(ToolPages.suggestion(fields, languages: visit.site.languages).html(for: visit, assets: assets))
  }

  private func suggestForm(_ visit: Visit) async throws -> Answer {
    let tool = try await suggest(Self.statement(visit.form, otherwise: visit.localizer.language.tag), visit)
    return .see(ToolPolicy.maySee(visit.actor, tool) ? "/tools/\(tool.id)" : "/tools/thanks")
  }

  private func suggestAgain(_ visit: Visit, _ error: DomainError) async throws -> Answer {
    try await suggestionPage(visit, FormView(visit, form: visit.form, error: Self.shown(error)))
  }

  private func suggestJSON(_ visit: Visit) async throws -> Answer {
    let tool = try await suggest(try ToolAPI.statement(try visit.jsonBody()), visit)
    return try .json(
      ["id": .string(tool.id.rawValue), "state": .string(tool.state.rawValue), "path": .string("/tools/\(tool.id)")],
      status: .created)
  }

  private static func statement(_ form: Form, otherwise language: String) -> ToolStatement {
    ToolStatement(
      name: form.text("name"), description: form.text("description"), language: form.first("language") ?? language,
      website: form.text("website"), repository: form.text("repository"), licence: form.text("licence"),
      cost: form.first("cost") ?? "",
      worksOffline: form.first("worksOffline") ?? "", worksOnBasicPhone: form.first("worksOnBasicPhone") ?? "",
      languages: form.text("languages"))
  }

  /// What is in the way, at the top of the form that is shown again with everything typed.
  private static func shown(_ error: DomainError) -> DomainError {
    switch error {
    case .invalid: error
    case .changedAfterSending:
      .invalid(
        "name",
        Message("You changed this after sending it. What you first sent was taken; send this again to send it as a new one."))
    case .conflict(let message), .unavailable(let message), .malformed(let message): .invalid("name", message)
    case .tooMany(let seconds):
      .invalid(
        "name",
        Message(
          "That was too often in a short time. Please wait a minute and send it again.",
          "That was too often in a short time. Please wait {count} minutes and send it again.", max(1, (seconds + 59) / 60)))
    case .notFound, .signInNeeded, .forbidden: error
    }
  }

  // MARK: - Moderation

  private func moderationPage(_ visit: Visit) async throws -> Answer {
    guard ToolPolicy.mayModerate(visit.actor) else { throw DomainError.forbidden }
    let cursor = visit.query.first("cursor").flatMap(WaitingCursor.init)
    let (waiting, count) = try await node.read { connection in
      (try ToolStore(connection).waiting(after: cursor, limit: Self.pageLength + 1), try ToolStore(connection).countWaiting())
    }
    let next = waiting.count > Self.pageLength ? WaitingCursor(waiting[Self.pageLength - 1]).text : nil
    return .page(
      ToolPages.moderation(
        Array(waiting.prefix(Self.pageLength)), count: count, next: next, fields: FormView(visit), vocabulary
      ).html(for: visit, assets: assets))
  }

  private func decide(_ visit: Visit) async throws -> Answer {
    guard let decision = visit.form.first("decision").flatMap(DecideOnTool.Decision.init) else {
      throw DomainError.malformed(Message("Please choose one of the answers."))
    }
    let id = ID<Tool>(try visit.parameter("id"))
    let decide = DecideOnTool(id, version: visit.form.number("version", in: 0...Int.max) ?? -1, decision: decision)
    try await node.act(as: visit.actor) { act in _ = try decide(in: act) }
    return .see(visit.form.first("next") == "/tools/moderation" ? "/tools/moderation" : "/tools/\(id)")
  }

  private func correctionPage(_ visit: Visit, _ fields: FormView) async throws -> Answer {
    let tool = try await tool(visit)
    guard ToolPolicy.mayModerate(visit.actor) else { throw DomainError.forbidden }
    return .page(
      ToolPages.correction(tool, fields, languages: visit.site.languages, vocabulary).html(for: visit, assets: assets))
  }

  /// After somebody else's change the form takes up the newer version: sent again, it replaces that one knowingly.
  private func correctAgain(_ visit: Visit, _ error: DomainError) async throws -> Answer {
    var form = visit.form
    if case .conflict = error { form = form.setting("version", to: nil) }
    return try await correctionPage(visit, FormView(visit, form: form, error: Self.shown(error)))
  }

  private func correct(_ visit: Visit) async throws -> Answer {
    let form = visit.form
    let id = ID<Tool>(try visit.parameter("id"))
    let correction = CorrectTool(
      id, version: form.number("version", in: 0...Int.max) ?? -1, statement: Self.statement(form, otherwise: ""),
      upkeep: form.first("upkeep") ?? "", functions: form.all("functions"), vocabulary: vocabulary, tagger: tagger)
    let body: @Sendable (Act) throws -> String = { act in try correction(in: act).id.rawValue }
    if let key = try visit.once("tools.correct " + id.rawValue) {
      _ = try await node.act(as: visit.actor, once: key, body)
    } else {
      _ = try await node.act(as: visit.actor, body)
    }
    return .see("/tools/\(id)")
  }
}
