/// How concepts lead to one another, by number.
struct ConceptRelations: Sendable {
  /// Best first.
  let solvedBy: [[Int32]]
  /// Every more general concept with the number of steps up to it, nearest first.
  let ancestors: [[(concept: Int32, steps: Int)]]
  /// Whether nothing is more general and something is less.
  let isHeading: [Bool]

  init(concepts: [Concept], indexes: [Concept.ID: Int32]) {
    solvedBy = concepts.map { $0.solvedBy.compactMap { indexes[$0] } }
    let broader = concepts.map { $0.broader.compactMap { indexes[$0] } }
    var hasNarrower = Array(repeating: false, count: concepts.count)
    for parent in broader.joined() { hasNarrower[Int(parent)] = true }
    isHeading = concepts.indices.map { broader[$0].isEmpty && hasNarrower[$0] }
    ancestors = concepts.indices.map { ConceptRelations.ancestors(of: Int32($0), broader) }
  }

  private static func ancestors(of concept: Int32, _ broader: [[Int32]]) -> [(concept: Int32, steps: Int)] {
    var found: [(concept: Int32, steps: Int)] = []
    var level = broader[Int(concept)]
    var steps = 1
    while !level.isEmpty {
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
