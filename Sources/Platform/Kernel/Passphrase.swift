import Foundation

/// What a person signs in with, in Unicode normalization form KC, so that every keyboard gives the same one.
public struct Passphrase: Sendable, CustomStringConvertible, CustomReflectable {
  /// In UTF-8; nil when nobody can have chosen it.
  let bytes: [UInt8]?

  /// Unicode scalars after normalizing.
  public static let length = 10...200

  /// Why a passphrase cannot be chosen.
  public enum Fault: Error, Sendable, Equatable {
    /// Fewer scalars than `length` allows.
    case tooShort
    /// More scalars than `length` allows.
    case tooLong
    /// It is among the first that anybody would try.
    case tooCommon
    /// It is the name the person signs in under, but for case and spaces.
    case sameAsAccountName
    /// It holds U+0000, which is no character.
    case notText
  }

  /// A passphrase that somebody wants to have.
  /// - Parameters:
  ///   - text: as typed; white space at its ends counts.
  ///   - accountName: what the person signs in under, if that is known already.
  /// - Throws: `Fault`.
  public init(choosing text: String, accountName: String?) throws(Fault) {
    guard text.utf8.count <= Passphrase.longestTyped else { throw .tooLong }
    let normal = text.precomposedStringWithCompatibilityMapping
    let count = normal.unicodeScalars.count
    guard count >= Passphrase.length.lowerBound else { throw .tooShort }
    guard count <= Passphrase.length.upperBound else { throw .tooLong }
    guard !normal.unicodeScalars.contains("\u{0}") else { throw .notText }
    let folded = Passphrase.folded(normal)
    if let accountName, folded == Passphrase.folded(accountName.precomposedStringWithCompatibilityMapping) {
      throw .sameAsAccountName
    }
    guard !Passphrase.isCommon(folded) else { throw .tooCommon }
    bytes = Array(normal.utf8)
  }

  /// A passphrase that somebody tries. It need not keep the rules, which may have been others when it was chosen.
  public init(trying text: String) {
    // Not even normalized when it is longer than any that can be chosen; checking it takes as long as checking another.
    bytes = text.utf8.count <= Passphrase.longestTyped ? Array(text.precomposedStringWithCompatibilityMapping.utf8) : nil
  }

  /// Bytes before normalizing, which can shorten a text: 200 scalars of four bytes, each typed in up to five parts.
  private static let longestTyped = 4_000

  // MARK: Common ones

  /// Without case and white space.
  private static func folded(_ text: String) -> String {
    String(String.UnicodeScalarView(text.lowercased().unicodeScalars.filter { !$0.properties.isWhitespace }))
  }

  private static func isCommon(_ folded: String) -> Bool {
    let scalars = Array(folded.unicodeScalars)
    if isRepetition(scalars) || isRun(scalars) { return true }
    // Digits and punctuation are what people add to a common word when a rule asks for more.
    let isAddition = { (scalar: Unicode.Scalar) in scalar.value < 0x80 && !scalar.properties.isAlphabetic }
    let word = scalars.drop(while: isAddition).reversed().drop(while: isAddition).reversed()
    for candidate in [scalars, Array(word)] {
      if common.contains(String(String.UnicodeScalarView(candidate))) { return true }
      let half = candidate.count / 2
      // The same word twice.
      if candidate.count.isMultiple(of: 2), candidate.prefix(half) == candidate.suffix(half),
        common.contains(String(String.UnicodeScalarView(candidate.prefix(half))))
      {
        return true
      }
    }
    return false
  }

  /// One to four characters over and over: `abcabcabcabc`.
  private static func isRepetition(_ scalars: [Unicode.Scalar]) -> Bool {
    (1...4).contains { unit in scalars.indices.allSatisfy { scalars[$0] == scalars[$0 % unit] } }
  }

  /// Each character follows, or precedes, the one before: `abcdefghij`, `9876543210`, `1234567890`.
  private static func isRun(_ scalars: [Unicode.Scalar]) -> Bool {
    [1, -1].contains { step in
      zip(scalars, scalars.dropFirst()).allSatisfy { first, second in
        let distance = Int(second.value) - Int(first.value)
        return distance == step || (distance == -9 * step && [first, second].allSatisfy { ("0"..."9").contains($0) })
      }
    }
  }

  /// Words and keyboard rows of which, with digits added, most guessed passphrases of ten characters and more are made.
  private static let common: Set<String> = [
    // Keyboards.
    "qwertyuiop", "qwertyuiopasdfghjkl", "qwertyuiopasdfghjklzxcvbnm", "qwerty", "qwertyui", "asdfghjkl", "asdfghjklzxcvbnm",
    "zxcvbnm", "qwertzuiop", "qwertz", "azertyuiop", "azerty", "asdfgh", "asdfasdf", "poiuytrewq", "1q2w3e4r5t", "1q2w3e4r5t6y",
    "1q2w3e4r5t6y7u8i9o0p", "q1w2e3r4t5", "q1w2e3r4t5y6", "1qaz2wsx3edc", "1qaz2wsx3edc4rfv", "qazwsxedc", "qazwsxedcrfv",
    "zaq12wsx", "1qazxsw23edc", "qwer1234", "qweasdzxc", "qweasd", "abc", "abcd", "abcdef", "abc123", "abcd1234", "a1b2c3d4e5",
    "aabbccddee",
    // English.
    "password", "passw0rd", "p@ssword", "p@ssw0rd", "pa$$word", "pa$$w0rd", "passphrase", "mypassword", "newpassword",
    "thepassword", "yourpassword", "changeme", "changethis", "letmein", "letmeinnow", "welcome", "welcomehome", "iloveyou",
    "iloveyouso", "ilovemyfamily", "iloveyoubaby", "iloveyousomuch", "ilovejesus", "ilovegod", "jesuschrist", "jesuslovesme",
    "jesusislord", "godisgood", "godislove", "thankyoujesus", "blessedbegod", "administrator", "admin", "adminadmin",
    "superadmin", "superman", "spiderman", "batman", "pokemon", "starwars", "football", "basketball", "baseball", "manchester",
    "manchesterunited", "liverpool", "chelsea", "arsenal", "barcelona", "realmadrid", "sunshine", "princess", "butterfly",
    "chocolate", "beautiful", "computer", "internet", "whatsapp", "facebook", "instagram", "samsung", "secret", "topsecret",
    "master", "monkey", "dragon", "trustno", "trustnoone", "whatever", "freedom", "goodmorning", "helloworld", "hello",
    "hellohello", "forever", "foreveryoung", "december", "september", "november", "correcthorsebatterystaple", "civilsociety",
    "nothing", "idontknow", "opensesame", "blahblahblah", "testtest", "testing", "test", "guest", "default", "login",
    // Spanish and Portuguese.
    "contraseña", "contrasena", "micontraseña", "micontrasena", "clave", "claveclave", "secreto", "bienvenido", "bienvenidos",
    "teamo", "teamomucho", "tequiero", "tequieromucho", "teextraño", "miamor", "amordemivida", "estrella", "mariposa",
    "diosesamor", "diosesfiel", "senha", "minhasenha", "euteamo", "teamomuito", "deusefiel", "deuséfiel", "flamengo",
    "corinthians",
    // French and Haitian.
    "motdepasse", "monmotdepasse", "bonjour", "bienvenue", "jetaime", "jetaimefort", "monamour", "doudou", "soleil", "loulou",
    "chouchou", "marseille", "parissaintgermain", "jezikri", "bondyebon", "mwenrenmenw", "modpas",
    // Swahili.
    "nenosiri", "nakupenda", "mungunimwema", "karibu", "hakunamatata",
    // Arabic.
    "كلمةالسر", "كلمةالمرور", "كلمهالسر", "كلمةسر", "احبك", "أحبك", "بسمالله", "بسماللهالرحمنالرحيم", "الحمدلله", "سبحانالله",
    "لاالهالاالله", "لاإلهإلاالله", "اللهاكبر", "اللهأكبر", "ياالله", "محمدرسولالله", "bismillah", "alhamdulillah",
    "allahuakbar", "mashaallah", "inshallah", "subhanallah", "habibi", "habibti",
  ]

  /// Says nothing about it.
  public var description: String { "Passphrase(…)" }
  /// Nothing, so that `dump` shows nothing.
  public var customMirror: Mirror { Mirror(self, children: []) }
}
