import Database
import Kernel

/// The SQL about what people sign in with.
struct CredentialStore {
  private let connection: any SQLConnection

  init(_ connection: any SQLConnection) {
    self.connection = connection
  }

  /// What decides whether somebody is let in.
  struct Credentials: Sendable, Equatable {
    /// Its hash.
    let passphrase: String
    let email: ID<Contact>?
    let emailConfirmedAt: Timestamp?
    let hasSecondFactor: Bool
    let recoveryCodesLeft: Int
  }

  func credentials(of person: ID<Person>) throws -> Credentials? {
    try connection.first(
      """
      SELECT passphrase, email, email_confirmed_at,
        (SELECT COUNT(*) FROM second_factors WHERE person = people.id) AS factors,
        (SELECT COUNT(*) FROM recovery_codes WHERE person = people.id) AS codes
      FROM people WHERE id = \(person)
      """
    ).map { row in
      Credentials(
        passphrase: try row["passphrase"], email: try row["email"], emailConfirmedAt: try row["email_confirmed_at"],
        hasSecondFactor: try row["factors"] as Int > 0, recoveryCodesLeft: try row["codes"])
    }
  }

  // MARK: - Passphrase

  /// - Parameter old: the hash it takes the place of, so that of two changes at once only one counts.
  /// - Returns: whether it was still that one.
  func setPassphrase(_ hash: String, of person: ID<Person>, insteadOf old: String) throws -> Bool {
    try connection.execute("UPDATE people SET passphrase = \(hash) WHERE id = \(person) AND passphrase = \(old)") == 1
  }

  // MARK: - E-mail

  func setEmail(_ email: ID<Contact>?, confirmedAt: Timestamp?, of person: ID<Person>) throws {
    try connection.execute("UPDATE people SET email = \(email), email_confirmed_at = \(confirmedAt) WHERE id = \(person)")
  }

  /// Who among these people has shown that their address is theirs. An address that was only typed opens nothing.
  func confirmed(among people: [String]) throws -> ID<Person>? {
    try connection.value(
      "SELECT id FROM people WHERE id IN \(list: people) AND email_confirmed_at IS NOT NULL ORDER BY email_confirmed_at, id LIMIT 1"
    )
  }

  // MARK: - Second factor

  func secondFactor(of person: ID<Person>) throws -> (sealed: [UInt8], lastCounter: Int64)? {
    try connection.first("SELECT sealed, last_counter FROM second_factors WHERE person = \(person)").map {
      (sealed: try $0["sealed"], lastCounter: try $0["last_counter"])
    }
  }

  /// - Returns: false when there is one already.
  func insertSecondFactor(_ sealed: [UInt8], of person: ID<Person>, lastCounter: Int64, at now: Timestamp) throws -> Bool {
    try connection.execute(
      """
      INSERT INTO second_factors (person, sealed, last_counter, created_at) VALUES (\(person), \(sealed), \(lastCounter), \(now))
      ON CONFLICT (person) DO NOTHING
      """) == 1
  }

  /// - Returns: false when this counter, or a later one, was used meanwhile.
  func useCounter(_ counter: Int64, of person: ID<Person>) throws -> Bool {
    try connection.execute(
      "UPDATE second_factors SET last_counter = \(counter) WHERE person = \(person) AND last_counter < \(counter)") == 1
  }

  func deleteSecondFactor(of person: ID<Person>) throws {
    try connection.execute("DELETE FROM second_factors WHERE person = \(person)")
  }

  // MARK: - Recovery codes

  func recoveryCodes(of person: ID<Person>) throws -> [[UInt8]] {
    try connection.query("SELECT hash FROM recovery_codes WHERE person = \(person)").map { try $0["hash"] }
  }

  /// Puts new ones in the place of all that are left.
  func setRecoveryCodes(_ hashes: [[UInt8]], of person: ID<Person>) throws {
    try connection.execute("DELETE FROM recovery_codes WHERE person = \(person)")
    for hash in hashes { try connection.execute("INSERT INTO recovery_codes (person, hash) VALUES (\(person), \(hash))") }
  }

  /// - Returns: false when it was used meanwhile.
  func useRecoveryCode(_ hash: [UInt8], of person: ID<Person>) throws -> Bool {
    try connection.execute("DELETE FROM recovery_codes WHERE person = \(person) AND hash = \(hash)") == 1
  }

  // MARK: - Links in e-mails

  func insert(_ link: MailLink) throws {
    try connection.execute(
      """
      INSERT INTO mail_links (id, purpose, person, contact, expires_at)
      VALUES (\(link.id), \(link.purpose), \(link.person), \(link.contact), \(link.expiresAt))
      """)
  }

  /// The link, unless it was used or ran out.
  func link(_ id: ID<MailLink>, now: Timestamp) throws -> MailLink? {
    try connection.first("SELECT * FROM mail_links WHERE id = \(id) AND used_at IS NULL AND expires_at > \(now)").map { row in
      MailLink(
        id: id, purpose: try row["purpose"], person: try row["person"], contact: try row["contact"],
        expiresAt: try row["expires_at"])
    }
  }

  /// - Returns: false when it was used meanwhile.
  func use(_ link: ID<MailLink>, at now: Timestamp) throws -> Bool {
    try connection.execute("UPDATE mail_links SET used_at = \(now) WHERE id = \(link) AND used_at IS NULL") == 1
  }

  func deleteLinks(of person: ID<Person>) throws {
    try connection.execute("DELETE FROM mail_links WHERE person = \(person)")
  }
}
