import Database
import HTTPTypes
import Journal
import Kernel
import Localization
import Web

/// Signing in, signing up, signing out.
extension PeopleFeature {
  var signInRoutes: [Route] {
    [
      .page("/sign-in", signInPage),
      .form("/sign-in", limit: Self.signingIn, signIn) { visit, error in
        .page(
          SignInPages.signIn(FormView(visit, form: visit.form, error: error.beside("passphrase")), next: visit.next)
            .html(for: visit, assets: assets))
      },
      .form("/sign-in/code", limit: Self.signingIn, secondFactor, again: secondFactorAgain),
      .page("/sign-in/link") { visit in .page(SignInPages.askForLink(FormView(visit)).html(for: visit, assets: assets)) },
      .form("/sign-in/link", limit: Self.askingForLinks, askForLink) { visit, error in
        .page(
          SignInPages.askForLink(FormView(visit, form: visit.form, error: error.beside("email"))).html(for: visit, assets: assets)
        )
      },
      .page("/sign-in/link/{token}") { visit in
        let secret = try visit.parameter("token")
        return .page(SignInPages.link(FormView(visit), secret: secret).html(for: visit, assets: assets))
      },
      .form("/sign-in/link/{token}", limit: Self.signingIn, useLink),
      .page("/sign-in/recovery") { visit in .page(SignInPages.recovery(FormView(visit)).html(for: visit, assets: assets)) },
      .form("/sign-in/recovery", limit: Self.signingIn, recover) { visit, error in
        .page(
          SignInPages.recovery(FormView(visit, form: visit.form, error: error.beside("code"))).html(for: visit, assets: assets))
      },
      .page("/sign-up", signUpPage),
      .form("/sign-up", limit: Self.signingUp, signUp) { visit, error in
        .page(
          SignInPages.signUp(FormView(visit, form: visit.form, error: error.beside("handle")), next: visit.next)
            .html(for: visit, assets: assets))
      },
      .form("/sign-out", signOut),
    ]
  }

  // A village, a school or a camp may share one address.
  static let signingIn = Limit("sign-in", 60, every: 600)
  static let signingUp = Limit("sign-up", 30, every: 3600)
  static let askingForLinks = Limit("sign-in-link", 30, every: 3600)
  /// Passphrases and recovery codes tried for one account, whoever tries.
  static let tryingAccount = Limit("sign-in-account", 10, every: 900)
  /// One-time codes tried for one account. Three of a million are right at a time.
  static let tryingCodes = Limit("second-factor", 5, every: 900)
  /// Mails to one address.
  static let mailingAddress = Limit("sign-in-mail", 4, every: 3600)

  private func signInPage(_ visit: Visit) throws -> Answer {
    if visit.actor.isSignedIn { return .see(visit.next?.text ?? "/me") }
    return .page(
      SignInPages.signIn(FormView(visit, form: visit.kept("handle")), next: visit.next).html(for: visit, assets: assets))
  }

  private func signIn(_ visit: Visit) async throws -> Answer {
    let account = visit.form.text("handle")
    try await limit(Self.tryingAccount, account: account)
    let signIn = SignIn(account: account, passphrase: visit.form.first("passphrase") ?? "", isLocal: visit.isFromThisMachine)
    return try await admit(try await signIn(node, hasher), visit)
  }

  /// Takes one from the bucket of an account, under whichever of its names; an unknown name has a bucket too.
  private func limit(_ limit: Limit, account: Text) async throws {
    let keys = node.keys
    let person = try await node.read { try AccountStore($0).person(named: account, keys: keys) }
    let name = person?.id.rawValue ?? Person.normalized(handle: String(account.raw.prefix(300)))
    try limiter.take(limit, who: name, now: node.clock())
  }

  /// Begins a session for somebody who has shown a first factor, or asks for the second.
  private func admit(_ proof: Proof, _ visit: Visit) async throws -> Answer {
    let admit = admission(proof, code: nil, visit)
    return try await answer(try await node.act(as: visit.actor) { act in try admit(in: act) }, proof, visit)
  }

  private func admission(_ proof: Proof, code: String?, _ visit: Visit) -> Admit {
    Admit(
      proof: proof, code: code, browser: Browser.name(visit), replacing: visit.identity.session, isLocal: visit.isFromThisMachine)
  }

  private func answer(_ outcome: Admit.Outcome, _ proof: Proof, _ visit: Visit) async throws -> Answer {
    switch outcome {
    case .secondFactorNeeded:
      let ticket = try proof.ticket(for: visit.identity.visitor, keys: node.keys, now: node.clock())
      return .page(
        SignInPages.secondFactor(FormView(visit), ticket: ticket, way: proof.way, next: visit.next).html(
          for: visit, assets: assets))
    case .admitted(let secret, let mustSetUp):
      let next = visit.next?.text
      let path =
        if mustSetUp {
          "/me/second-factor" + (next.map { "?" + Form([("next", $0)]).urlEncoded } ?? "")
        } else if proof.way == .recoveryCode {
          "/me/passphrase"
        } else {
          next ?? "/me"
        }
      return Answer.see(path).setting(Browser.sessionCookie(secret, visit))
    }
  }

  // MARK: - The second factor

  private func secondFactor(_ visit: Visit) async throws -> Answer {
    guard let proof = proof(visit) else { return .see("/sign-in") }
    try limiter.take(Self.tryingCodes, who: proof.person.rawValue, now: node.clock())
    let admit = admission(proof, code: visit.form.first("code") ?? "", visit)
    return try await answer(try await node.act(as: visit.actor) { act in try admit(in: act) }, proof, visit)
  }

  private func secondFactorAgain(_ visit: Visit, _ error: DomainError) async throws -> Answer {
    guard let proof = proof(visit), let ticket = visit.form.first("ticket") else {
      return .page(SignInPages.signIn(FormView(visit), next: visit.next).html(for: visit, assets: assets))
    }
    let fields = FormView(visit, form: visit.form.setting("code", to: nil), error: error.beside("code"))
    return .page(
      SignInPages.secondFactor(fields, ticket: ticket, way: proof.way, next: visit.next).html(for: visit, assets: assets))
  }

  private func proof(_ visit: Visit) -> Proof? {
    Proof(ticket: visit.form.first("ticket") ?? "", visitor: visit.identity.visitor, keys: node.keys, now: node.clock())
  }

  // MARK: - Links and recovery codes

  private func askForLink(_ visit: Visit) async throws -> Answer {
    let email = visit.form.text("email")
    try limiter.take(Self.mailingAddress, who: Contacts.normalized(String(email.raw.prefix(300)), .email), now: node.clock())
    try await node.act(as: visit.actor) { act in try SignInByLink(email: email)(in: act) }
    return .page(SignInPages.linkAskedFor.html(for: visit, assets: assets))
  }

  private func useLink(_ visit: Visit) async throws -> Answer {
    let use = UseSignInLink(secret: try visit.parameter("token"))
    return try await admit(visit) { act in try use(in: act) }
  }

  private func recover(_ visit: Visit) async throws -> Answer {
    let account = visit.form.text("handle")
    try await limit(Self.tryingAccount, account: account)
    let use = UseRecoveryCode(account: account, code: visit.form.first("code") ?? "")
    return try await admit(visit) { act in try use(in: act) }
  }

  /// What is shown is used up in the transaction that lets the person in.
  private func admit(_ visit: Visit, showing show: @escaping @Sendable (Act) throws -> Proof) async throws -> Answer {
    let (browser, session, isLocal) = (Browser.name(visit), visit.identity.session, visit.isFromThisMachine)
    let (outcome, proof) = try await node.act(as: visit.actor) { act in
      let proof = try show(act)
      return (try Admit(proof: proof, code: nil, browser: browser, replacing: session, isLocal: isLocal)(in: act), proof)
    }
    return try await answer(outcome, proof, visit)
  }

  // MARK: - Signing up and out

  private func signUpPage(_ visit: Visit) throws -> Answer {
    if visit.actor.isSignedIn { return .see("/me") }
    return .page(SignInPages.signUp(FormView(visit), next: visit.next).html(for: visit, assets: assets))
  }

  private func signUp(_ visit: Visit) async throws -> Answer {
    if visit.actor.isSignedIn { return .see("/me") }
    let form = visit.form
    let create = CreateAccount(
      handle: form.text("handle"), name: form.text("name"), email: form.text("email"), passphrase: form.first("passphrase") ?? "")
    // The key's row is kept with a plain hash of the body, from which a passphrase could be guessed.
    let key = form.first(FormField.formID).map { id in
      OnceKey(
        scope: visit.actor.reference + " people.signUp", key: id, body: form.setting("passphrase", to: nil).normalizedBytes)
    }
    let (person, isReplay) = try await Self.createAccount(create, on: node, hasher: hasher, as: visit.actor, once: key)
    if isReplay { return try await signIn(visit) }
    return try await admit(Proof(person: person, way: .passphrase), visit)
  }

  private func signOut(_ visit: Visit) async throws -> Answer {
    if let session = visit.identity.session {
      try await node.act(as: visit.actor) { act in try EndSession(ID(session))(in: act) }
    }
    return Answer.see("/").setting(Browser.noSession(visit))
  }
}

extension Visit {
  /// Where to go after signing in.
  var next: LocalPath? { LocalPath(form.first("next") ?? query.first("next")) }

  /// A field that came in the address, for a form that is shown for the first time.
  func kept(_ name: String) -> Form { query.first(name).map { Form([(name, $0)]) } ?? Form() }
}

extension DomainError {
  /// The error beside a field of a form that is shown again, where it is about none.
  func beside(_ field: String) -> DomainError {
    switch self {
    case .invalid: self
    case .conflict(let message), .unavailable(let message), .malformed(let message): .invalid(field, message)
    case .tooMany(let seconds):
      .invalid(
        field,
        Message(
          "That was too often in a short time. Please try again in a minute.",
          "That was too often in a short time. Please try again in {count} minutes.", max(1, (seconds + 59) / 60)))
    case .changedAfterSending:
      .invalid(field, Message("You changed this after sending it. It was taken as you first sent it."))
    case .notFound, .signInNeeded, .forbidden: self
    }
  }
}
