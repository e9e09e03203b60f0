extension CompiledLexicon {
  /// A concept of which words are heard, though none of its phrases.
  struct Hint {
    let concept: ConceptIndex
    /// Of the words, ascending.
    let positions: [Int32]
    let strength: Double
  }

  /// Concepts whose words stand near each other in `text`: "they want to put forward proposals and argue about them" where the
  /// phrases are "citizen proposals" and "debate proposals". In ascending order.
  ///
  /// - Parameter isCounted: whether the word at a position may be counted.
  func hints(in text: [Seen], where isCounted: (Int) -> Bool) -> [Hint] {
    var heard: [ConceptIndex: [Heard]] = [:]
    for (position, word) in text.enumerated() where isCounted(position) {
      guard case .term(let term, _) = word.kind else { continue }
      for (concept, weight) in concepts(typicallySaid: term) {
        heard[concept, default: []].append(
          Heard(term: term, position: Int32(position), place: word.place, weight: weight * word.trust))
      }
    }
    return heard.compactMap { concept, words in
      let (mass, positions) = densest(words)
      let strength = Weights.typicalWords(mass: mass, words: positions.count)
      return strength < Weights.leastTypical ? nil : Hint(concept: concept, positions: positions, strength: strength)
    }
    .sorted { $0.concept < $1.concept }
  }

  private struct Heard {
    let term: Term
    let position: Int32
    let place: Int32
    let weight: Double
  }

  /// The stretch of `Weights.typicalReach` content words in which different words weigh most.
  private func densest(_ words: [Heard]) -> (mass: Double, positions: [Int32]) {
    var best: (mass: Double, positions: [Int32]) = (0, [])
    for start in words.indices {
      var mass = 0.0
      var terms: [Term] = []
      var positions: [Int32] = []
      for word in words[start...] {
        if word.place - words[start].place > Weights.typicalReach { break }
        if terms.contains(word.term) { continue }
        terms.append(word.term)
        positions.append(word.position)
        mass += word.weight
      }
      if mass > best.mass { best = (mass, positions) }
    }
    return best
  }
}
