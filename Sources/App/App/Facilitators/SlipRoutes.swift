import Foundation
import HTTPTypes
import Journal
import Kernel
import Localization
import Needs
import People
import Prescriptions
import Web

/// Where slips of several needs are printed at once.
extension FacilitatorDesk {
  var slipRoutes: [Route] { [.page("/desk/slips", for: Self.audience, slips)] }

  private static let mostSlips = 100
  private static let mostOffered = 50

  private func slips(_ visit: Visit) async throws -> Answer {
    let codes = visit.query.all("code").prefix(Self.mostSlips).compactMap { try? Code(parsing: $0) }
    guard !codes.isEmpty else { return try await chooseSlips(visit) }
    let actor = visit.actor
    let found = try await node.read { connection in
      let needs = try NeedStore(connection).find(codes, onDeskOf: actor).filter { $0.closure != .withdrawn }
      let organizations = try OrganizationStore(connection).find(needs.map(\.organization))
      return try needs.map { need in
        (need: need, organization: organizations[need.organization], items: try Prescription.of(need.id, connection).shown)
      }
    }
    // One code of somebody else's shall not tell whether there is such a need.
    guard !found.isEmpty else { throw DomainError.notFound }
    let slips = found.map { entry in
      SlipPages.Slip(
        need: entry.need, organization: entry.organization,
        receipt: node.keys.receipt(subject: entry.need.id.rawValue, generation: entry.need.receiptGeneration).text,
        prescribed: app.prescriber.show(entry.items).map(\.shown))
    }
    let sheets = SlipPages.sheets(slips, site: app.settings.name) { slip, draw in
      Self.speaking(to: slip.organization, [slip.need], app.locales, draw)
    }
    return page(sheets, for: visit)
  }

  private func chooseSlips(_ visit: Visit) async throws -> Answer {
    let actor = visit.actor
    let needs = try await node.read { connection in
      let needs = try NeedStore(connection).stated(by: actor.reference, limit: Self.mostOffered)
        .filter { $0.closure != .withdrawn && NeedPolicy.view(actor, of: $0) == .desk }
      let names = try OrganizationStore(connection).names(of: needs.map(\.organization))
      return needs.map { (need: $0, organization: names[$0.organization]) }
    }
    return page(SlipPages.choose(needs), for: visit)
  }
}
