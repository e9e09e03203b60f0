/// Whether two words are as near as a slip of the finger, a dropped vowel or a spelling by ear.
enum Spelling {
  /// How much of a match is left when `written` is read as `meant`, or nil if they are too far apart. Both are folded words.
  ///
  /// Most slips leave the consonants as they are ("evrything", "excercise", "familys"), and most pairs of different words do not,
  /// so words of five letters are compared by their consonants (`skeleton`) and by at most two edits; only in longer words may a
  /// consonant be wrong, one edit from eight letters on and two from eleven. A word of four or more letters without any vowel
  /// ("trnslt") is a skeleton.
  static func trust(_ written: UnsafeBufferPointer<UInt8>, _ meant: UnsafeBufferPointer<UInt8>) -> Double? {
    let letters = min(self.letters(written), self.letters(meant))
    guard letters >= 4 else { return nil }
    let bones = skeleton(written)
    if bones == skeleton(meant) {
      if bones.count >= 4, bones.count == written.count { return Weights.noVowels }
      guard letters >= 5, bones.count >= 2, let edits = edits(written, meant, atMost: 2), edits > 0 else { return nil }
      if edits == 2, bones.count < 3 { return nil }
      return edits == 1 ? Weights.oneVowel : Weights.twoVowels
    }
    let most = letters >= 11 ? 2 : letters >= 8 ? 1 : 0
    guard most > 0, let edits = edits(written, meant, atMost: most), edits > 0 else { return nil }
    return edits == 1 ? Weights.oneEdit : Weights.twoEdits
  }

  /// The consonants of a word, doubled ones once, with c, k and q, s and z, and f and ph taken for the same. The first letter
  /// stays even if it is a vowel, so that the word keeps its beginning. Arabic long vowels are vowels.
  static func skeleton(_ word: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    var bones: [UInt8] = []
    var at = 0
    while at < word.count {
      let byte = word[at]
      if byte < 0x80 {
        at += 1
        switch byte {
        case 0x61, 0x65, 0x69, 0x6F, 0x75, 0x79: if at == 1 { bones.append(byte) }
        case 0x63, 0x71: if bones.last != 0x6B { bones.append(0x6B) }
        case 0x7A: if bones.last != 0x73 { bones.append(0x73) }
        case 0x68: if bones.last == 0x70 { bones[bones.count - 1] = 0x66 } else { bones.append(byte) }
        default: if bones.last != byte { bones.append(byte) }
        }
      } else {
        var end = at + 1
        while end < word.count, word[end] & 0xC0 == 0x80 { end += 1 }
        let isLongVowel = end == at + 2 && isArabicLongVowel(word[at], word[at + 1])
        if !isLongVowel || at == 0 { bones.append(contentsOf: word[at..<end]) }
        at = end
      }
    }
    return bones
  }

  static func letters(_ word: UnsafeBufferPointer<UInt8>) -> Int { word.count { $0 & 0xC0 != 0x80 } }

  /// The edits (insertion, deletion, substitution, transposition of neighbours: "optimal string alignment", Damerau 1964) between
  /// two words, or nil if there are more than `most` or their first letters differ. Bytes are compared, so that another letter
  /// outside ASCII is one edit or two.
  static func edits(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>, atMost most: Int) -> Int? {
    guard abs(left.count - right.count) <= most, left.count > 1, right.count > 1, left[0] == right[0] else { return nil }
    if left[0] >= 0x80, left[1] != right[1] { return nil }
    let width = right.count + 1
    guard width <= 64 else { return nil }
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 3 * width) { rows -> Int? in
      var before = 0
      var above = width
      var current = 2 * width
      for column in 0..<width { rows[above + column] = UInt8(column) }
      for row in 1...left.count {
        rows[current] = UInt8(row)
        var best = rows[current]
        for column in 1..<width {
          let same = left[row - 1] == right[column - 1]
          var cost = min(rows[above + column] + 1, rows[current + column - 1] + 1, rows[above + column - 1] + (same ? 0 : 1))
          if row > 1, column > 1, left[row - 1] == right[column - 2], left[row - 2] == right[column - 1] {
            cost = min(cost, rows[before + column - 2] + 1)
          }
          rows[current + column] = cost
          best = min(best, cost)
        }
        if best > most { return nil }
        (before, above, current) = (above, current, before)
      }
      let edits = Int(rows[above + width - 1])
      return edits <= most ? edits : nil
    }
  }
}

/// ا و ي in UTF-8.
private func isArabicLongVowel(_ first: UInt8, _ second: UInt8) -> Bool {
  (first == 0xD8 && second == 0xA7) || (first == 0xD9 && (second == 0x88 || second == 0x8A))
}
