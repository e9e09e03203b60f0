import Database
import HTTPTypes
import Journal
import Kernel
import Localization
import Messaging
import Web

/// What somebody sees of their own account, and does about it.
extension PeopleFeature {
  var meRoutes: [Route] {
    [
      .page("/me", for: .signedIn, mePage),
      .form("/me/sessions/removal", for: .signedIn, endSession),
      .page("/me/passphrase", for: .signedIn) { visit in try await passphrasePage(visit, FormView(visit)) },
      .form("/me/passphrase", for: .signedIn, changePassphrase) { visit, error in
        let field: String = if case .tooMany = error { "current" } else { "new" }
        return try await passphrasePage(visit, FormView(visit, form: visit.form, error: error.beside(field)))
      },
      .page("/me/email", for: .signedIn) { visit in try await emailPage(visit, FormView(visit)) },
      .form("/me/email", for: .signedIn, limit: Self.askingForLinks, changeEmail) { visit, error in
        try await emailPage(visit, FormView(visit, form: visit.form, error: error.beside("email")))
      },
      .page("/me/email/{token}", for: .signedIn) { visit in
        let secret = try visit.parameter("token")
        return .page(MePages.confirmEmail(FormView(visit), secret: secret).html(for: visit, assets: assets))
      },
      .form("/me/email/{token}", for: .signedIn, confirmEmail),
      .page("/me/second-factor", for: .signedIn) { visit in try await secondFactorPage(visit, FormView(visit)) },
      .form("/me/second-factor", for: .signedIn, setUpTOTP) { visit, error in
        try await secondFactorPage(
          visit, FormView(visit, form: visit.form.setting("code", to: nil), error: error.beside("code")))
      },
      .form("/me/second-factor/removal", for: .signedIn, removeTOTP) { visit, error in
        try await secondFactorPage(
          visit, FormView(visit, form: visit.form.setting("code", to: nil), error: error.beside("code")))
      },
      .page("/me/recovery-codes", for: .signedIn, recoveryCodesPage),
      .form("/me/recovery-codes", for: .signedIn, makeRecoveryCodes),
      .page("/me/export", for: .signedIn, limit: Self.exporting, export),
      .page("/me/leave", for: .signedIn) { visit in try await leavePage(visit, FormView(visit)) },
      .page("/goodbye") { visit in .page(MePages.gone.html(for: visit, assets: assets)) },
      .form("/me/leave", for: .signedIn, leave) { visit, error in
        try await leavePage(visit, FormView(visit, form: visit.form, error: error.beside("current")))
      },
    ]
  }

  /// Each reads the whole journal.
  static let exporting = Limit("export", 10, every: 3600)

  /// Who asks, and in which session. Programs have no account.
  func me(_ visit: Visit) throws -> (person: ID<Person>, session: ID<Session>) {
    guard let person = visit.actor.personID, let session = visit.identity.session else { throw DomainError.notFound }
    return (ID(person), ID(session))
  }

  private func account(_ visit: Visit) async throws -> (
    person: Person, credentials: CredentialStore.Credentials, session: Session
  ) {
    let (id, session) = try me(visit)
    return try await node.read { connection in
      let store = AccountStore(connection)
      guard let person = try store.person(id), let credentials = try CredentialStore(connection).credentials(of: id),
        let session = try store.session(session)
      else { throw DomainError.notFound }
      return (person, credentials, session)
    }
  }

  private func mePage(_ visit: Visit) async throws -> Answer {
    let (person, credentials, session) = try await account(visit)
    let (keys, now) = (node.keys, node.clock())
    let me = try await node.read { connection in
      let organizations = try OrganizationStore(connection).find(Set(person.grants.compactMap(\.organization))).values
      return MePages.Me(
        person: person, credentials: credentials,
        email: try credentials.email.flatMap { try Contacts(connection, keys: keys).read($0) },
        organizations: organizations.sorted { $0.name < $1.name },
        sessions: try AccountStore(connection).sessions(of: person.id, now: now),
        here: session)
    }
    let more = try await ports.aboutMe(visit)
    return .page(MePages.me(me, more: more, formID: visit.formID).html(for: visit, assets: assets))
  }

  private func endSession(_ visit: Visit) async throws -> Answer {
    let session = visit.form.first("session") ?? ""
    try await node.act(as: visit.actor) { act in try EndSession(ID(session))(in: act) }
    return .see("/me")
  }

  // MARK: - Passphrase and e-mail

  private func passphrasePage(_ visit: Visit, _ fields: FormView) async throws -> Answer {
    let (person, _, session) = try await account(visit)
    let mustShowOld = !session.mayForgetPassphrase(at: node.clock())
    return .page(MePages.passphrase(fields, handle: person.handle, mustShowOld: mustShowOld).html(for: visit, assets: assets))
  }

  private func changePassphrase(_ visit: Visit) async throws -> Answer {
    let (person, session) = try me(visit)
    try limiter.take(Self.tryingAccount, who: person.rawValue, now: node.clock())
    let change = ChangePassphrase(
      current: visit.form.first("current") ?? "", new: visit.form.first("new") ?? "", session: session)
    try await change(node, hasher, as: visit.actor)
    return .see("/me")
  }

  private func emailPage(_ visit: Visit, _ fields: FormView) async throws -> Answer {
    let (person, credentials, _) = try await account(visit)
    let keys = node.keys
    let (email, isRefused) = try await node.read { connection in
      (
        try credentials.email.flatMap { try Contacts(connection, keys: keys).read($0) },
        try MailPreferenceStore(connection).preferences(of: person.id.rawValue).refusedAt != nil
      )
    }
    return .page(MePages.email(fields, email: email, isRefused: isRefused).html(for: visit, assets: assets))
  }

  private func changeEmail(_ visit: Visit) async throws -> Answer {
    let email = visit.form.text("email")
    if !email.isBlank {
      try limiter.take(Self.mailingAddress, who: Contacts.normalized(String(email.raw.prefix(300)), .email), now: node.clock())
    }
    try await node.act(as: visit.actor) { act in try ChangeEmail(email: email)(in: act) }
    return .see("/me")
  }

  private func confirmEmail(_ visit: Visit) async throws -> Answer {
    let confirm = ConfirmEmail(secret: try visit.parameter("token"))
    try await node.act(as: visit.actor) { act in try confirm(in: act) }
    return .see("/me")
  }

  // MARK: - Second factor and recovery codes

  /// The page that sets one-time codes up, with the secret that it showed before if there was one; or the one that removes them.
  private func secondFactorPage(_ visit: Visit, _ fields: FormView) async throws -> Answer {
    let (person, credentials, _) = try await account(visit)
    if credentials.hasSecondFactor {
      return .page(MePages.removeTOTP(fields, isStaff: person.isStaff).html(for: visit, assets: assets))
    }
    let totp = pending(visit, person.id) ?? TOTP.generate(random: node.randomness.bytes)
    let sealed = try Cipher(node.keys, purpose: .session).seal(totp.secret, record: person.id.rawValue, field: Self.pendingField)
    return .page(
      MePages.setUpTOTP(
        fields, secret: totp.secretText, uri: totp.uri(issuer: ports.siteName, account: person.handle),
        sealed: Base64URL.encode(sealed), isStaff: person.isStaff, next: visit.next
      ).html(for: visit, assets: assets))
  }

  private static let pendingField = "pending second factor"

  private func pending(_ visit: Visit, _ person: ID<Person>) -> TOTP? {
    guard let sealed = Base64URL.decode(visit.form.first("secret") ?? "") else { return nil }
    let secret = try? Cipher(node.keys, purpose: .session).open(sealed, record: person.rawValue, field: Self.pendingField)
    return secret.map(TOTP.init)
  }

  private func setUpTOTP(_ visit: Visit) async throws -> Answer {
    let (person, session) = try me(visit)
    guard let totp = pending(visit, person) else {
      throw DomainError.invalid("code", Message("The page was too old. Let your app read the new picture."))
    }
    let setUp = SetUpTOTP(totp: totp, code: visit.form.first("code") ?? "", session: session)
    try await node.act(as: visit.actor) { act in try setUp(in: act) }
    let (_, credentials, _) = try await account(visit)
    return .see(credentials.recoveryCodesLeft == 0 ? "/me/recovery-codes" : visit.next?.text ?? "/me")
  }

  private func removeTOTP(_ visit: Visit) async throws -> Answer {
    let (person, _) = try me(visit)
    try limiter.take(Self.tryingCodes, who: person.rawValue, now: node.clock())
    let remove = RemoveTOTP(person, code: visit.form.first("code") ?? "")
    try await node.act(as: visit.actor) { act in try remove(in: act) }
    return .see("/me")
  }

  private func recoveryCodesPage(_ visit: Visit) async throws -> Answer {
    let (_, credentials, _) = try await account(visit)
    return .page(MePages.recoveryCodes(FormView(visit), left: credentials.recoveryCodesLeft).html(for: visit, assets: assets))
  }

  private func makeRecoveryCodes(_ visit: Visit) async throws -> Answer {
    let (person, _, _) = try await account(visit)
    let codes = try await node.act(as: visit.actor) { act in try NewRecoveryCodes(person.id)(in: act) }
    return .page(
      MePages.recoverySheet(codes, handle: person.handle, site: ports.siteName, at: node.clock()).html(for: visit, assets: assets)
    )
  }

  // MARK: - Taking one's data, and leaving

  private func export(_ visit: Visit) async throws -> Answer {
    let (person, _) = try me(visit)
    let export = ExportMyData(person, more: ports.exported)
    let (actor, keys, now) = (visit.actor, node.keys, node.clock())
    let localizer = visit.localizer
    let data = try await node.read { connection in
      // What they were told is said in their language, which the database's threads do not know.
      try Localization.$current.withValue(localizer) { try export(as: actor, connection, keys: keys, now: now) }
    }
    return .file(try data.encoded(), type: "application/json", name: "my-data.json")
  }

  private func leavePage(_ visit: Visit, _ fields: FormView) async throws -> Answer {
    let (person, _, _) = try await account(visit)
    return .page(MePages.leave(fields, handle: person.handle).html(for: visit, assets: assets))
  }

  private func leave(_ visit: Visit) async throws -> Answer {
    let (person, credentials, _) = try await account(visit)
    try limiter.take(Self.tryingAccount, who: person.id.rawValue, now: node.clock())
    guard try await hasher.accepts(visit.form.first("current") ?? "", for: credentials.passphrase) else {
      throw ChangePassphrase.wrong
    }
    let erase = EraseAccount(person.id, erased: ports.erased)
    try await node.act(as: visit.actor) { act in try erase(in: act) }
    return Answer.see("/goodbye").setting(Browser.noSession(visit))
  }
}

extension Grant {
  /// The organization that it is over.
  var organization: ID<Organization>? {
    guard let scope, scope.hasPrefix("organization:") else { return nil }
    return ID(String(scope.dropFirst("organization:".count)))
  }
}
