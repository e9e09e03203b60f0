/// Light stemmers: they bring the forms of one word together and are careful not to join different words, because what matches
/// here is a phrase someone wrote down on purpose. Words come folded (`Letter`), so without case and diacritics.
///
/// - English: steps 1a–1c of Porter2 ("The English (Porter2) stemming algorithm", snowballstem.org) and step 5's final e. The
///   derivational steps are left out: they make *communication* and *community* one word.
/// - Spanish, French, Portuguese: plural and gender in the manner of Savoy's light stemmers ("Light stemming approaches for the
///   French, Portuguese, German and Hungarian languages", SAC 2006), then the commonest verb and action-noun endings, so that
///   *registrar*, *registro* and *registramos* meet.
/// - Arabic: light10 (Larkey, Ballesteros and Connell, 2007).
/// - Other languages: words stay as they are.
enum Stemmer: Sendable {
  case none, english, spanish, french, portuguese, arabic

  /// - Parameter language: a BCP 47 tag; what follows the primary subtag is ignored.
  init(language: String) {
    switch primarySubtag(language) {
    case "en": self = .english
    case "es": self = .spanish
    case "fr": self = .french
    case "pt": self = .portuguese
    case "ar": self = .arabic
    default: self = .none
    }
  }

  func stem(_ word: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    var letters = Array(word)
    guard letters.count >= 3, letters.allSatisfy({ $0 > 0x39 }) else { return letters }  // numbers and codes stay
    switch self {
    case .none: break
    case .english: stemEnglish(&letters)
    case .spanish: stemSpanish(&letters)
    case .french: stemFrench(&letters)
    case .portuguese: stemPortuguese(&letters)
    case .arabic: stemArabic(&letters)
    }
    return letters
  }

  func stem(_ word: String) -> String {
    var word = word
    return String(decoding: word.withUTF8 { stem($0) }, as: UTF8.self)
  }
}

/// "es-419" and "es_MX" are "es".
func primarySubtag(_ language: String) -> String {
  if language.utf8.allSatisfy({ $0 >= 0x61 && $0 <= 0x7A }) { return language }
  return String(language.prefix { $0 != "-" && $0 != "_" }).lowercased()
}

extension [UInt8] {
  fileprivate func ends(_ suffix: StaticString) -> Bool {
    let length = suffix.utf8CodeUnitCount
    guard count >= length else { return false }
    return suffix.withUTF8Buffer { suffix in
      for index in 0..<length where self[count - length + index] != suffix[index] { return false }
      return true
    }
  }

  /// Drops `suffix` if it is there and at least `least` bytes stay.
  fileprivate mutating func drop(_ suffix: StaticString, leaving least: Int) -> Bool {
    guard count - suffix.utf8CodeUnitCount >= least, ends(suffix) else { return false }
    removeLast(suffix.utf8CodeUnitCount)
    return true
  }

  /// Drops the first of `suffixes` (list longer ones first) that is there and leaves at least `least` bytes.
  fileprivate mutating func dropFirst(of suffixes: [StaticString], leaving least: Int) -> Bool {
    for suffix in suffixes where drop(suffix, leaving: least) { return true }
    return false
  }

  fileprivate mutating func replace(_ suffix: StaticString, by other: StaticString, leaving least: Int) -> Bool {
    guard drop(suffix, leaving: least) else { return false }
    other.withUTF8Buffer { append(contentsOf: $0) }
    return true
  }

  fileprivate mutating func dropPrefix(_ prefix: StaticString, leaving least: Int) -> Bool {
    let length = prefix.utf8CodeUnitCount
    guard count - length >= least, prefix.withUTF8Buffer({ starts(with: $0) }) else { return false }
    removeFirst(length)
    return true
  }

  fileprivate func hasVowel(before end: Int) -> Bool {
    for index in 0..<Swift.max(0, end) where isVowel(self[index]) || (self[index] == 0x79 && index > 0) { return true }
    return false
  }
}

private func isVowel(_ letter: UInt8) -> Bool {
  switch letter {
  case 0x61, 0x65, 0x69, 0x6F, 0x75: true
  default: false
  }
}

// MARK: English

/// Words whose s is no plural (Porter2's list of exceptions has some of them).
private let englishInvariants: Set<[UInt8]> = Set(
  ["news", "lens", "chaos", "atlas", "canvas", "kudos", "sms", "gps", "hiv", "aids", "evening", "morning", "during", "thing"]
    .map { Array($0.utf8) })

/// Irregular plurals and past forms, to their base form.
private let englishIrregulars: [[UInt8]: [UInt8]] = {
  let pairs = """
    children child women woman men man mice mouse feet foot teeth tooth geese goose wives wife lives life knives knife halves
    half thieves thief calves calf oxen ox persons people person people analyses analysis crises crisis taught teach bought buy
    brought bring built build caught catch sent send paid pay sold sell told tell fed feed kept keep slept sleep met meet led
    lead lent lend spent spend heard hear held hold grew grow grown grow wrote write written write drew draw drawn draw spoke
    speak spoken speak stole steal stolen steal broke break broken break chose choose chosen choose forgot forget forgotten
    forget ate eat eaten eat drove drive driven drive flew fly knew know won win ran run hidden hide hid hide bitten bite shot
    shoot sought seek died die dying die
    """.split(whereSeparator: \.isWhitespace).map { Array($0.utf8) }
  return Dictionary(uniqueKeysWithValues: stride(from: 0, to: pairs.count, by: 2).map { (pairs[$0], pairs[$0 + 1]) })
}()

private func stemEnglish(_ word: inout [UInt8]) {
  if englishInvariants.contains(word) { return }
  if let base = englishIrregulars[word] { word = base }
  // 1a
  if word.replace("sses", by: "ss", leaving: 1) {
  } else if word.ends("ies") || word.ends("ied") {
    word.removeLast(word.count > 4 ? 2 : 1)
  } else if word.ends("s"), !word.ends("us"), !word.ends("ss"), word.hasVowel(before: word.count - 2) {
    word.removeLast()
  }
  // 1b
  for suffix: StaticString in ["ingly", "edly", "ing", "ed"] where word.ends(suffix) {
    let rest = word.count - suffix.utf8CodeUnitCount
    if rest >= 2, !word.ends("eed"), word.hasVowel(before: rest) {
      word.removeLast(suffix.utf8CodeUnitCount)
      undoubleEnglish(&word)
    }
    break
  }
  // 1c
  if word.count > 2, word[word.count - 1] == 0x79, !isVowel(word[word.count - 2]) { word[word.count - 1] = 0x69 }
  // 5a, where Porter's 1b would first have put an e back
  if word.count > 3 { _ = word.drop("e", leaving: 3) }
}

private func undoubleEnglish(_ word: inout [UInt8]) {
  guard word.count > 2 else { return }
  let last = word[word.count - 1]
  if last == word[word.count - 2], "bdfgmnprt".utf8.contains(last) { word.removeLast() }
}

// MARK: Spanish and Portuguese

private func stemSpanish(_ word: inout [UInt8]) {
  guard word.count >= 4 else { return }
  // Pronouns joined to infinitives and gerunds: publicarlo, registrándonos.
  for pronoun: StaticString in ["selos", "selas", "selo", "sela", "nos", "los", "las", "les", "lo", "la", "le", "se", "me", "te"]
  where word.ends(pronoun) {
    let rest = Array(word.dropLast(pronoun.utf8CodeUnitCount))
    if rest.count >= 5, rest.ends("ar") || rest.ends("er") || rest.ends("ir") || rest.ends("ando") || rest.ends("iendo") {
      word = rest
    }
    break
  }
  if word.dropFirst(
    of: [
      "aciones", "iciones", "uciones", "amientos", "imientos", "adoras", "adores", "acion", "icion", "ucion", "amiento",
      "imiento",
      "adora", "ador",
    ], leaving: 3)
  {
    return
  }
  if word.dropFirst(
    of: [
      "ariamos", "eriamos", "iriamos", "aremos", "eremos", "iremos", "abamos", "ieron", "aron", "iendo", "ando", "arian", "erian",
      "irian", "aria", "eria", "iria", "aran", "eran", "iran", "amos", "emos", "imos", "aban", "aba", "adas", "ados", "idas",
      "idos",
      "ada", "ado", "ida", "ido", "ian", "ar", "er", "ir",
    ], leaving: 3)
  {
    return
  }
  if word.replace("ces", by: "z", leaving: 2) { return }
  if word.ends("es"), word.count >= 6, !isVowel(word[word.count - 3]) {
    word.removeLast(2)
  } else if word.ends("s"), !word.ends("is"), !word.ends("us") {
    word.removeLast()
  }
  if !word.dropFirst(of: ["an", "en"], leaving: 4) { _ = word.dropFirst(of: ["o", "a", "e"], leaving: 4) }
}

private func stemPortuguese(_ word: inout [UInt8]) {
  guard word.count >= 4 else { return }
  if word.dropFirst(
    of: [
      "acoes", "icoes", "ucoes", "amentos", "imentos", "adoras", "adores", "acao", "icao", "ucao", "amento", "imento", "adora",
      "ador",
    ], leaving: 3)
  {
    return
  }
  if word.dropFirst(
    of: [
      "ariamos", "eriamos", "iriamos", "aremos", "eremos", "iremos", "assem", "essem", "issem", "armos", "ermos", "irmos",
      "avamos",
      "aram", "eram", "iram", "ando", "endo", "indo", "ariam", "eriam", "iriam", "aria", "eria", "iria", "amos", "emos", "imos",
      "avam", "ava", "adas", "ados", "idas", "idos", "ada", "ado", "ida", "ido", "arem", "erem", "irem", "iam", "ar", "er", "ir",
    ], leaving: 3)
  {
    return
  }
  let plurals: [(StaticString, StaticString)] = [("oes", "ao"), ("aes", "ao"), ("ais", "al"), ("eis", "el"), ("ns", "m")]
  if plurals.contains(where: { word.replace($0, by: $1, leaving: 2) }) {
  } else if word.ends("es"), word.count >= 5, "rsz".utf8.contains(word[word.count - 3]) {
    word.removeLast(2)
  } else if word.ends("s"), !word.ends("is"), !word.ends("us") {
    word.removeLast()
  }
  if !word.dropFirst(of: ["am", "em"], leaving: 4) { _ = word.dropFirst(of: ["o", "a", "e"], leaving: 4) }
}

// MARK: French

private func stemFrench(_ word: inout [UInt8]) {
  guard word.count >= 4 else { return }
  if word.ends("aux"), !word.ends("eaux"), word.count >= 6 {
    word.removeLast(2)
    word.append(0x6C)  // journaux -> journal
    return
  }
  if word.ends("s") || word.ends("x"), !word.ends("ss"), word.count > 4 { word.removeLast() }
  if word.dropFirst(
    of: [
      "issement", "ation", "ition", "ement", "issant", "eraient", "aient", "erions", "erons", "eront", "erait", "trice", "euse",
      "ante",
      "ant", "ent", "ait", "eur", "ons", "era", "ez", "er", "ir", "ee", "ie", "e", "i",
    ], leaving: 4)
  {
    if word.count > 5, word[word.count - 1] == word[word.count - 2] { word.removeLast() }
    return
  }
  _ = word.dropFirst(of: ["er", "ir", "ez", "e"], leaving: 3)
}

// MARK: Arabic

/// Two bytes a letter.
private func stemArabic(_ word: inout [UInt8]) {
  guard let first = word.first, (0xD8...0xDB).contains(first) else { return }
  _ = word.dropPrefix("و", leaving: 6)
  for article: StaticString in ["ال", "بال", "كال", "فال", "لل"] where word.dropPrefix(article, leaving: 4) { break }
  for suffix: StaticString in ["ها", "ان", "ات", "ون", "ين", "يه", "ه", "ي"] { _ = word.drop(suffix, leaving: 4) }
}

extension Stemmer {
  /// Other forms to try, best first, when a stem is not known to a word list: what light stemming must not change blindly because
  /// it often belongs to the word. Arabic: one-letter particles and verb prefixes (ب ل ك ف س ي ت ن ا) and possessives (نا كم هم
  /// ك). Spanish: the vowels that change under stress (pierden, perder; duermen, dormir; piden, pedir).
  func looserStems(_ word: [UInt8]) -> [[UInt8]] {
    switch self {
    case .arabic: looserArabicStems(word)
    case .spanish: looserSpanishStems(word)
    default: []
    }
  }

  private func looserSpanishStems(_ word: [UInt8]) -> [[UInt8]] {
    let changes: [(String, String)] = [("ie", "e"), ("ue", "o"), ("i", "e")]
    return changes.compactMap { stressed, plain in
      let stressed = Array(stressed.utf8)
      guard
        let at = word.indices.dropFirst().first(where: { word[$0...].starts(with: stressed) }),
        at + stressed.count < word.count
      else { return nil }
      var form = word
      form.replaceSubrange(at..<at + stressed.count, with: Array(plain.utf8))
      stemSpanish(&form)
      return form
    }
  }

  private func looserArabicStems(_ word: [UInt8]) -> [[UInt8]] {
    var forms: [[UInt8]] = []
    var bare = word
    if bare.dropPrefix("و", leaving: 6) || bare.dropPrefix("ف", leaving: 6) { forms.append(bare) }
    for particle: StaticString in ["بال", "لل", "ال", "ب", "ل", "ك", "س"] where bare.dropPrefix(particle, leaving: 6) {
      forms.append(bare)
      break
    }
    var verb = bare
    for prefix: StaticString in ["ي", "ت", "ن", "ا"] where verb.dropPrefix(prefix, leaving: 6) {
      forms.append(verb)
      break
    }
    for form in [word] + forms {
      var form = form
      if form.dropFirst(of: ["ناهم", "نا", "كم", "هم", "هن", "وا", "ك"], leaving: 6) { forms.append(form) }
    }
    return forms.map { form in
      var form = form
      stemArabic(&form)
      return form
    }
  }
}
