/// What a Unicode scalar means to a word: letters are folded so that spellings people do not distinguish when they search are
/// equal.
///
/// Latin letters lose case and diacritics, Arabic loses vowel signs and the stretching tatweel, and variants of alef, ya, ta
/// marbuta and the hamza seats become one letter (the normalization of the "light10" stemmer: Larkey, Ballesteros and Connell,
/// "Light Stemming for Arabic Information Retrieval", 2007, with the two hamza seats added). Everything else is lower-cased.
enum Letter: Equatable {
  /// One folded letter or digit.
  case one(UInt32)
  /// One letter that folds to two, such as œ.
  case two(UInt32, UInt32)
  /// A mark inside a word that is dropped.
  case mark
  /// A letter of a script written without spaces; it is a word of its own.
  case ideograph(UInt32)
  case apostrophe
  case hyphen
  /// Anything that ends a word, and how strongly it separates.
  case separator(Gap)

  /// `scalar` must be outside ASCII; `asciiLetters` has the rest.
  init(_ scalar: Unicode.Scalar) {
    let value = scalar.value
    switch value {
    case 0xC0...0x17F: self = Letter.latin(Letter.latin1AndExtendedA[Int(value - 0xC0)])
    case 0x180...0x24F: self = Letter.latin(Letter.latinExtendedB[Int(value - 0x180)], else: value)
    case 0x1E00...0x1EFF: self = Letter.latin(Letter.latinExtendedAdditional[Int(value - 0x1E00)], else: value)
    case 0x300...0x36F: self = .mark
    case 0x600...0x6FF: self = Letter.arabic(value)
    case 0xFE80...0xFEFC: self = Letter.arabic(Letter.arabicForms[Int(value - 0xFE80)])
    case 0x2019, 0x2018, 0x2BC, 0xFF07: self = .apostrophe
    case 0x2010, 0x2011, 0xAD: self = .hyphen
    case 0x200B...0x200F, 0x202A...0x202E, 0x2066...0x2069, 0xFE00...0xFE0F, 0xFEFF: self = .mark
    case 0x2026, 0x3002, 0xFF01, 0xFF1F, 0x964, 0x2028, 0x2029: self = .separator(.sentence)
    case 0xBF, 0xA1, 0x2013, 0x2014, 0xAB, 0xBB, 0x201C...0x201E, 0x3001, 0xFF0C: self = .separator(.comma)
    case 0xFF10...0xFF19: self = .one(value - 0xFEE0)
    case 0xFF21...0xFF3A: self = .one(value - 0xFEE0 + 0x20)
    case 0xFF41...0xFF5A: self = .one(value - 0xFEE0)
    case 0x3040...0x30FF: self = .ideograph(value)
    default: self = Letter.other(scalar)
    }
  }

  private static func latin(_ folded: UInt32, else original: UInt32 = 0) -> Letter {
    switch folded {
    case 0x3F: original == 0 ? .separator(.none) : .one(original)  // "?": no base letter (× and ÷ among Latin-1)
    case 0xE6: .two(0x61, 0x65)  // æ
    case 0x153: .two(0x6F, 0x65)  // œ
    case 0xDF: .two(0x73, 0x73)  // ß
    case 0x133: .two(0x69, 0x6A)  // ĳ
    case 0xFE: .two(0x74, 0x68)  // þ
    default: .one(folded)
    }
  }

  private static func arabic(_ value: UInt32) -> Letter {
    switch value {
    case 0x622, 0x623, 0x625, 0x671: .one(0x627)  // alef with madda or hamza, alef wasla -> alef
    case 0x649, 0x626, 0x6CC: .one(0x64A)  // alef maksura, hamza on ya, Farsi ya -> ya
    case 0x629, 0x6C1, 0x6C3: .one(0x647)  // ta marbuta, goal ha -> ha
    case 0x624: .one(0x648)  // hamza on waw -> waw
    case 0x6A9: .one(0x643)  // keheh -> kaf
    case 0x610...0x61A, 0x640, 0x64B...0x65F, 0x670, 0x6D6...0x6DC, 0x6DF...0x6E8, 0x6EA...0x6ED: .mark
    case 0x660...0x669: .one(value - 0x660 + 0x30)
    case 0x6F0...0x6F9: .one(value - 0x6F0 + 0x30)
    case 0x60C: .separator(.comma)
    case 0x61B, 0x61F, 0x6D4: .separator(.sentence)
    case 0x600...0x60F, 0x61C...0x61E, 0x66A...0x66D, 0x6DD, 0x6DE, 0x6E9, 0x6FD, 0x6FE: .separator(.none)
    default: .one(value)
    }
  }

  private static func other(_ scalar: Unicode.Scalar) -> Letter {
    let properties = scalar.properties
    if properties.isIdeographic { return .ideograph(scalar.value) }
    if case .decimal? = properties.numericType, let number = properties.numericValue { return .one(UInt32(number) + 0x30) }
    switch properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .otherLetter, .modifierLetter, .letterNumber:
      let lower = properties.lowercaseMapping.unicodeScalars
      return .one(lower.count == 1 ? lower.first?.value ?? scalar.value : scalar.value)
    // Signs of Indic and other abugidas are vowels, not decoration: they stay.
    case .nonspacingMark, .spacingMark: return .one(scalar.value)
    case .enclosingMark, .format: return .mark
    default: return .separator(.none)
    }
  }

  private static func table(_ letters: String) -> [UInt32] { letters.unicodeScalars.map(\.value) }

  // Base letters by compatibility decomposition (Unicode 15, UnicodeData.txt) or by the character's name; "?" where there is
  // none.
  private static let latin1AndExtendedA = table(
    "aaaaaaæceeeeiiiidnooooo?ouuuuyþßaaaaaaæceeeeiiiidnooooo?ouuuuyþyaaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiĳĳjj"
      + "kkkllllllllllnnnnnnnnnooooooœœrrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs")
  private static let latinExtendedB = table(
    "bbbb???ccdddd????ffg???ikkl??nn?oo??pp?????ttttuu?vyyzz?????????????dddlllnnnaaiioouuuuuuuuuu?aaaa??ggggkkoooo??jdddgg"
      + "??nnaa??ooaaaaeeeeiiiioooorrrruuuusstt??hhnd??zzaaeeooooooooyylnt???accltsz??b??eejjqqrryy")
  private static let latinExtendedAdditional = table(
    "aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmmmmmmnnnnnnnnoooooooopppprrrrrrrrssssssssssttttttttuuuu"
      + "uuuuuuvvvvwwwwwwwwwwxxxxyyzzzzzzhtwyas??ß?aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeeeeeeeeeeeiiiioooooooooooooooooooooooouuuuu"
      + "uuuuuuuuuyyyyyyyy????yy")
  // U+FE80...FEFC, the shaped letters that text copied from PDF files has; the last eight are lam with alef, of which lam is
  // kept.
  private static let arabicForms = table(
    "ءآآأأؤؤإإئئئئااببببةةتتتتثثثثججججححححخخخخددذذررززسسسسششششصصصصضضضضططططظظظظععععغغغغففففققققككككللللممممننننههههووىىيييي"
      + "لللللللل")

  /// Folded ASCII letters and digits by byte; 0 elsewhere.
  static let asciiLetters: [UInt8] = (0..<256).map { code -> UInt8 in
    switch UInt8(code) {
    case 0x30...0x39, 0x61...0x7A: UInt8(code)
    case 0x41...0x5A: UInt8(code) + 0x20
    default: 0
    }
  }
}

/// What stands between two words.
enum Gap: UInt8, Comparable {
  case none
  case comma
  case sentence

  static func < (left: Gap, right: Gap) -> Bool { left.rawValue < right.rawValue }
}
