/// How concepts lead to one another, by number.
struct ConceptRelations: Sendable {
  let broader: [[Int32]]
  let narrower: [[Int32]]
  /// Best first.
  let solvedBy: [[Int32]]

  init(concepts: [Concept], indexes: [Concept.ID: Int32]) {
    broader = concepts.map { $0.broader.compactMap { indexes[$0] } }
    solvedBy = concepts.map { $0.solvedBy.compactMap { indexes[$0] } }
    var narrower: [[Int32]] = Array(repeating: [], count: concepts.count)
    for (index, parents) in broader.enumerated() {
      for parent in parents { narrower[Int(parent)].append(Int32(index)) }
    }
    self.narrower = narrower
  }

  /// Every concept more general than `concept`, with the number of steps up to it.
  func ancestors(of concept: Int32) -> [(concept: Int32, steps: Int)] {
    var found: [(concept: Int32, steps: Int)] = []
    var level = broader[Int(concept)]
    var steps = 1
    while !level.isEmpty, steps <= 8 {
      var next: [Int32] = []
      for parent in level where parent != concept && !found.contains(where: { $0.concept == parent }) {
        found.append((parent, steps))
        next += broader[Int(parent)]
      }
      level = next
      steps += 1
    }
    return found
  }
}
