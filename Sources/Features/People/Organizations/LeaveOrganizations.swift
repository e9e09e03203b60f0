import Database
import Jobs
import Journal
import Kernel

extension EraseAccount {
  /// With somebody who leaves go their word for organizations, their letters to them, and what they claimed.
  func eraseAtOrganizations(in act: Act) throws {
    let voucher = "person:" + person.rawValue
    for id in try VouchStore(act.connection).organizations(of: voucher) {
      try FaceStore(act.connection).lock(id)
      _ = try VouchStore(act.connection).delete(of: voucher, for: id)
      try act.record(Event("people", "vouchTakenBack", subject: id.rawValue))
      if let organization = try OrganizationStore(act.connection).find(id) { try act.countVouches(for: organization) }
    }
    try act.erase(try LetterStore(act.connection).letters(from: voucher).map(\.id))
    try ClaimStore(act.connection).delete(of: person)
    try MemberStore(act.connection).deleteInvitations(by: person, to: nil)
    for table in ["organization_vouches", "organization_claims"] { try act.scrub(table) }
  }
}

extension ExportMyData {
  /// What somebody has said to and about organizations.
  func organizations(_ connection: any SQLConnection, keys: KeyRing) throws -> JSON {
    let reference = "person:" + person.rawValue
    let vouches = try VouchStore(connection).organizations(of: reference).compactMap { id -> JSON? in
      guard let organization = try OrganizationStore(connection).find(id),
        let vouch = try VouchStore(connection).vouches(for: organization).first(where: { $0.voucher == reference })
      else { return nil }
      return ["organization": .string(id.rawValue), "reason": .string(vouch.reason), "at": .string(vouch.at.iso8601)]
    }
    let letters = try LetterStore(connection).letters(from: reference).map { letter -> JSON in
      let answerTo = try Contacts(connection, keys: keys).all(of: letter.id.rawValue).first?.value
      return [
        "organization": .string(letter.organization.rawValue), "words": .string(letter.words), "answerTo": JSON(answerTo),
        "at": .string(letter.createdAt.iso8601),
      ]
    }
    let claims = try ClaimStore(connection).claims(of: person).map { claim -> JSON in
      [
        "organization": .string(claim.organization.rawValue), "words": .string(claim.words),
        "state": .string(claim.state.rawValue), "reason": JSON(claim.reason), "at": .string(claim.createdAt.iso8601),
      ]
    }
    return ["vouches": .array(vouches), "letters": .array(letters), "claims": .array(claims)]
  }
}
