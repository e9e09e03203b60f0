extension WordBuffer {
  /// For each word whether the writer says that she has it already or does not want it: "we already have a website", "no
  /// necesitamos más cursos". A negation reaches to the end of its clause, and at most `Weights.negationReach` words.
  func negated(by rules: LanguageRules) -> [Bool] {
    var negated = Array(repeating: false, count: spans.count)
    for index in spans.indices {
      for cue in rules.negations where hasWords(cue, at: index) {
        let first = index + cue.count
        for at in first..<min(spans.count, first + Weights.negationReach) {
          if at > first, spans[at].gap > .none || rules.contrasts.contains(word(at)) { break }
          negated[at] = true
        }
      }
      for cue in rules.negationsAfter where hasWords(cue, at: index) {
        for at in (max(0, index - Weights.negationReach)..<index).reversed() {
          if spans[at + 1].gap > .none || rules.contrasts.contains(word(at)) { break }
          negated[at] = true
        }
      }
    }
    return negated
  }

  private func hasWords(_ words: [String], at index: Int) -> Bool {
    guard index + words.count <= spans.count else { return false }
    for (offset, word) in words.enumerated() {
      if offset > 0, spans[index + offset].gap > .none { return false }
      if !withWord(index + offset, { $0.elementsEqual(word.utf8) }) { return false }
    }
    return true
  }
}
