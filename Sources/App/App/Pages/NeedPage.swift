import Foundation
import HTTPTypes
import Journal
import Kernel
import Localization
import Messaging
import Needs
import People
import Prescriptions
import Tools
import Vocabulary
import Volunteers
import Web

/// One need with its prescription: the pages and the JSON that mix Needs and Prescriptions.
struct NeedPage {
  private let app: CivilApplication
  private var node: Node { app.node }
  private var needs: NeedsFeature { app.needs }

  init(_ app: CivilApplication) {
    self.app = app
  }

  var routes: [Route] {
    [
      .page("/needs/{code}", page),
      .page("/needs/{code}/slip", slip),
      .form("/needs/{code}/receipt", limit: NeedsFeature.receipts, hold, again: holdAgain),
      .page("/desk/{code}", for: .roles([.facilitator])) { visit in try await desk(visit, nil) },
      .form("/desk/{code}", for: .roles([.facilitator]), needs.triage) { visit, error in try await desk(visit, error) },
      .form("/desk/{code}/split", for: .roles([.facilitator]), needs.split) { visit, error in try await desk(visit, error) },
      .form("/desk/{code}/assignment", for: .roles([.facilitator]), needs.assign) { visit, error in try await desk(visit, error)
      },
      .form("/needs/{code}/prescription/{item}/judgement", judge),
      .form("/needs/{code}/prescription/{item}/standing", for: .roles([.facilitator]), curate),
      .form("/needs/{code}/prescription", for: .roles([.facilitator]), add),
    ] + apiRoutes
  }

  // MARK: - Pages

  private func page(_ visit: Visit) async throws -> Answer {
    let code = try visit.parameter("code")
    let (need, organization, view) = try await needs.need(code, for: visit.actor)
    var content = NeedPages.heading(need, organization: organization, view: view)
    content += NeedPages.sameCode(try await needs.others(of: code, than: need, for: visit.actor))
    if view >= .summary { content += PartPages.links(need, try await needs.parts(beside: need, for: visit.actor)) }
    content += try await OrganizationNeeds(node: node, solved: app.volunteers.solved).link(
      from: need, organization, view: view, for: visit.actor)
    if view == .receipt { content += NeedPages.beingRead }
    if view < .own { content += NeedPages.receiptForm(code: need.code.description, fields: FormView(visit)) }
    if view >= .own {
      if need.state == .expressed { content += NeedPages.beingRead }
      content += NeedPages.words(need)
      content +=
        isHere(need) ? NeedPages.ownActions(need, formID: visit.formID) : NeedPages.handedOver(need) + NeedPages.slipLink(need)
      content += try await happened(need)
      content += try await app.volunteers.section(of: need)
      content += try await prescription(of: need, visit)
    }
    content += stories(of: need)
    if view < .own, OfferPolicy.takesOffers(need) {
      content +=
        "<p class=\"actions no-print\"><a class=\"button\" href=\"/needs/\(need.code.description)/offer\">\(tr("Offer to help"))</a></p>"
    }
    if view == .desk {
      content +=
        "<p class=\"actions no-print\"><a class=\"button\" href=\"/desk/\(need.code.description)\">\(tr("Read it on the desk"))</a></p>"
    }
    return .page(Page(NeedPages.title(need, view), content).html(for: visit, assets: app.assets))
  }

  /// What the group was told about its need: whoever has no account reads it here.
  private func happened(_ need: Need) async throws -> HTML {
    let notices = try await node.read { connection in
      try NoticeStore(connection).notices(for: .organization(need.organization.rawValue), about: need.id.rawValue)
    }
    guard !notices.isEmpty else { return "" }
    return """
      <section aria-labelledby="happened"><h2 id="happened">\(tr("What has happened"))</h2>
      \(WaitingPage.list(notices.suffix(8).reversed()))</section>

      """
  }

  /// What came of it, where the organization lets everybody read it.
  private func stories(of need: Need) -> HTML {
    let stories = need.isListed ? app.volunteers.solved.stories(of: need.id) : []
    guard !stories.isEmpty else { return "" }
    return """
      <section aria-labelledby="story"><h2 id="story">\(tr("What came of it"))</h2>
      \(each: stories, { "<p class=\"words\" lang=\"\($0.language)\" dir=\"auto\">\($0.text)</p>\n" })</section>

      """
  }

  /// Code, receipt, words and prescription on one sheet of paper, to keep or to carry to the group.
  private func slip(_ visit: Visit) async throws -> Answer {
    let (need, organization, view) = try await needs.need(try visit.parameter("code"), for: visit.actor)
    guard view >= .own else { throw DomainError.notFound }
    let receipt = node.keys.receipt(subject: need.id.rawValue, generation: need.receiptGeneration).text
    let content: HTML = """
      <h1>\(tr("We have received what your group needs"))</h1>
      <p class="lead">\(organization?.name)</p>
      \(NeedPages.receiptBox(need, receipt: receipt, site: app.settings.name))
      <p class="meta">\(tr("To come back, open {page} on this site.", html: ["page": "<a href=\"/receipt\"><bdi>/receipt</bdi></a>"]))</p>
      <p class="notice">\(tr("A person reads your words now. What already exists for it is listed below, and you can come back whenever you like."))</p>
      \(NeedPages.words(need))
      \(try await prescription(of: need, visit))
      <div class="actions no-print"><a class="button" href="/needs/\(need.code.description)">\(tr("Go to our need"))</a>
      \(if: isHere(need), renewal(of: need, visit))
      <form method="post" action="/forget"><input type="hidden" name="form" value="\(visit.formID)"><button class="quiet">\(tr("Forget this on this device"))</button></form></div>
      <p class="hint no-print">\(tr("To print this, use your browser's menu: everything but the slip is left out."))</p>
      """
    return .page(Page(tr("Slip {code}", ["code": need.code.description]), content).html(for: visit, assets: app.assets))
  }

  private func renewal(of need: Need, _ visit: Visit) -> HTML {
    """
    <form method="post" action="/needs/\(need.code.description)/receipt-renewal"><input type="hidden" name="form" value="\(visit.formID)"><button class="quiet">\(tr("Make a new receipt, and let this one stop working"))</button></form>
    """
  }

  private func hold(_ visit: Visit) async throws -> Answer {
    try await needs.hold(visit, code: try visit.parameter("code"))
  }

  /// A wrong receipt and a wrong code answer with the same page.
  private func holdAgain(_ visit: Visit, _ error: DomainError) async throws -> Answer {
    let code = try visit.parameter("code")
    let content: HTML = """
      <div class="narrow"><h1>\(tr("Come back to your need"))</h1>
      \(NeedPages.receiptForm(code: code, fields: FormView(visit, form: visit.form, error: error)))</div>
      """
    return .page(Page(tr("Come back to your need"), content).html(for: visit, assets: app.assets))
  }

  private func desk(_ visit: Visit, _ error: DomainError?) async throws -> Answer {
    let (need, organization) = try await needs.desk(visit)
    let content: HTML = """
      \(NeedPages.heading(need, organization: organization, view: .desk))
      \(isHere(need) ? try await needs.triageSection(need, organization: organization, visit: visit, error: error) : NeedPages.words(need) + NeedPages.handedOver(need))
      \(try await needs.sayings(about: need.id.rawValue))
      \(try await prescription(of: need, visit))
      <p class="actions no-print"><a class="button quiet" href="/needs/\(need.code.description)/slip">\(tr("Show and print the slip"))</a>
      \(if: need.closure != .withdrawn, "<a class=\"button quiet\" href=\"/desk/\(need.code.description)/withdrawal\">\(tr("They want it shown, or no longer, or take it back"))</a>")
      <a href="/desk/organizations/\(need.organization.rawValue)">\(tr("The group on the desk"))</a>
      <a href="/desk">\(tr("Back to the desk"))</a></p>
      """
    return .page(Page(NeedPages.title(need, .desk), content).html(for: visit, assets: app.assets))
  }

  private func prescription(of need: Need, _ visit: Visit) async throws -> HTML {
    guard need.closure != .withdrawn else { return "" }
    let entries = try await entries(of: need)
    return PrescriptionPages.section(
      entries, of: need, vocabulary: app.vocabulary,
      mayCurate: isHere(need) && PrescriptionPolicy.mayCurate(visit.actor, of: need),
      mayJudge: isHere(need) && PrescriptionPolicy.mayJudge(visit.actor, of: need), formID: visit.formID)
  }

  /// Whether this node may change it: it has not been handed over.
  private func isHere(_ need: Need) -> Bool { need.home == node.keys.nodeID }

  private func entries(of need: Need) async throws -> [(item: Prescription.Item, shown: ShelfItem)] {
    let prescription = try await node.read { connection in try Prescription.of(need.id, connection) }
    let order = prescription.shown + prescription.items.filter { $0.standing == .hidden }
    return app.prescriber.show(order)
  }

  // MARK: - Acts on a prescription

  private func readable(_ visit: Visit) async throws -> Need {
    let (need, _, view) = try await needs.need(try visit.parameter("code"), for: visit.actor)
    guard view >= .own else { throw DomainError.notFound }
    return need
  }

  private func judge(_ visit: Visit) async throws -> Answer {
    let need = try await readable(visit)
    let item = try visit.parameter("item")
    let judgement = JudgePrescription(need.id, item: ID(item), helped: visit.form.first("helped") == "yes")
    try await node.act(as: visit.actor) { act in try judgement(in: act) }
    return .see("/needs/\(need.code)#item-\(item)")
  }

  private func curate(_ visit: Visit) async throws -> Answer {
    let need = try await readable(visit)
    guard let standing = visit.form.first("standing").flatMap(Prescription.Standing.init), standing != .added else {
      throw DomainError.malformed(Message("What arrived could not be read. Please go back and send it again."))
    }
    let curation = CuratePrescription(need.id, item: ID(try visit.parameter("item")), standing: standing)
    try await node.act(as: visit.actor) { act in try curation(in: act) }
    return .see("/desk/\(need.code)#prescription")
  }

  private func add(_ visit: Visit) async throws -> Answer {
    let need = try await readable(visit)
    guard let tool = app.tools.catalogue.find(visit.form.text("tool").normalized) else {
      throw DomainError.conflict(Message("No tool of this name or address is in the catalogue."))
    }
    let addition = AddToPrescription(need.id, shelf: "tools", item: tool.id)
    try await node.act(as: visit.actor) { act in try addition(in: act) }
    return .see("/desk/\(need.code)#prescription")
  }

  // MARK: - API

  private var apiRoutes: [Route] {
    let code = Operation.Parameter("code", in: .path, "The need's code, such as N-7K2Q-F4XM")
    let receipt = Operation.Parameter(
      "Civil-Receipt", in: .header, "The need's receipt, where the token alone gives no right to it")
    let answer: JSON = [
      "allOf": [NeedAPI.needSchema, ["type": "object", "properties": ["prescription": ["type": "object"]]]]
    ]
    return [
      .api(
        .post, "/api/v1/needs", for: .signedIn,
        Operation(
          "stateNeed", "States a need and answers with its prescription",
          parameters: [.init("Idempotency-Key", in: .header, "Chosen by the client; the same key and body are answered again")],
          body: NeedAPI.statementSchema, answers: [201: ("The need, its receipt and its prescription", answer)]), state),
      .api(
        .get, "/api/v1/needs/{code}",
        Operation(
          "getNeed", "A need, as far as the reader may see it", parameters: [code, receipt], answers: [200: ("The need", answer)]),
        show),
    ]
  }

  private func state(_ visit: Visit) async throws -> Answer {
    let statement = try NeedAPI.statement(try visit.jsonBody())
    let (id, _) = try await needs.submit(statement, as: visit.actor, once: try visit.once("needs.submit"))
    let found = try await node.read { connection in
      try NeedStore(connection).find(id).map { ($0, try OrganizationStore(connection).find($0.organization)) }
    }
    guard let (need, organization) = found else { throw DomainError.notFound }
    return try await answer(need, organization, view: .own, status: .created)
  }

  private func show(_ visit: Visit) async throws -> Answer {
    let actor = try await needs.actor(of: visit)
    let (need, organization, view) = try await needs.need(try visit.parameter("code"), for: actor)
    let parts = view >= .summary ? try await needs.partMembers(of: need, for: actor) : []
    return try await answer(need, organization, view: view, status: .ok, parts: parts)
  }

  private func answer(
    _ need: Need, _ organization: Organization?, view: NeedPolicy.View, status: HTTPResponse.Status,
    parts: [JSON.Object.Member] = []
  ) async throws -> Answer {
    let json = NeedAPI.json(need, organization: organization, view: view, keys: view >= .own ? node.keys : nil)
    var members = (json.object?.members ?? []) + parts
    if view >= .own { members.append(("prescription", PrescriptionPages.json(try await entries(of: need), app.vocabulary))) }
    return try .json(.object(JSON.Object(members)), status: status)
  }
}
