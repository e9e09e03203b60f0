import SwiftParser
import SwiftSyntax

/// A sentence that the product shows, and where.
struct SourceSentence: Equatable {
  var key: PortableObject.Key
  /// The sentence for several, where the number matters.
  var plural: String?
  /// What the source says to translators, in a comment `// Translators: …` above the line.
  var notes: [String] = []
  var place: Place
}

/// Where something stands in the sources.
struct Place: Equatable, Comparable, CustomStringConvertible {
  let file: String
  let line: Int
  let column: Int

  var description: String { "\(file):\(line):\(column)" }

  static func < (a: Place, b: Place) -> Bool { (a.file, a.line, a.column) < (b.file, b.line, b.column) }
}

/// Something in the sources that would keep a sentence from being translated.
public struct SourceProblem: Error, Equatable, CustomStringConvertible {
  let place: Place
  let what: String
  let remedy: String

  /// `file:line:column: error: what remedy`, as the compiler writes it.
  public var description: String { "\(place): error: \(what) \(remedy)" }
}

/// Finds the calls of `tr`, `ntr`, `trc` and `Message` in one file, wherever they stand: also inside the interpolations of other
/// literals, which is where pages have them.
final class SourceReader: SyntaxVisitor {
  private(set) var sentences: [SourceSentence] = []
  private(set) var problems: [SourceProblem] = []
  private let file: String
  private let locations: SourceLocationConverter
  /// The notes to translators, by the line they stand above.
  private var notes: [Int: [String]] = [:]

  /// - Parameters:
  ///   - source: Swift.
  ///   - file: the name by which to call it.
  init(_ source: String, file: String) {
    let tree = Parser.parse(source: source)
    self.file = file
    self.locations = SourceLocationConverter(fileName: file, tree: tree)
    super.init(viewMode: .sourceAccurate)
    for token in tree.tokens(viewMode: .sourceAccurate) { readNotes(above: token) }
    walk(tree)
    if tree.hasError {
      let place = Place(file: file, line: 1, column: 1)
      problems.append(
        SourceProblem(place: place, what: "The file is not valid Swift, sentences may be missed.", remedy: "Build it first."))
    }
  }

  override func visit(_ call: FunctionCallExprSyntax) -> SyntaxVisitorContinueKind {
    if let function = Function(call.calledExpression), call.arguments.first?.label == nil, !call.arguments.isEmpty {
      read(call, of: function)
    }
    return .visitChildren
  }

  private func read(_ call: FunctionCallExprSyntax, of function: Function) {
    let arguments = Array(call.arguments)
    let wanted = function.literals(in: arguments)
    guard arguments.count >= wanted, arguments.prefix(wanted).allSatisfy({ $0.label == nil }) else {
      return problem(call, "\(function.rawValue) needs \(wanted) literals.", remedy: "Write them as plain literals, in order.")
    }
    var texts: [String] = []
    for argument in arguments.prefix(wanted) {
      switch Literal(argument.expression) {
      case .text(""):
        return problem(argument, "An empty text cannot be translated.", remedy: "Write the sentence, or leave the call out.")
      case .text(let text): texts.append(text)
      case .interpolated:
        return problem(
          argument, "\(function.rawValue) has Swift interpolation in its literal, so the sentence is not known before it runs.",
          remedy: "Write a {name} placeholder and give its value in the dictionary.")
      case .other:
        return problem(
          argument, "\(function.rawValue) is called with something other than a plain literal.",
          remedy: "Write the sentence as a literal where it is shown, or carry a Message made from one.")
      }
    }
    let sentence = SourceSentence(
      key: PortableObject.Key(
        context: function == .inContext ? texts[0] : nil, id: function == .inContext ? texts[1] : texts[0]),
      plural: function != .inContext && wanted == 2 ? texts[1] : nil, notes: notes[place(of: call).line] ?? [],
      place: place(of: call))
    sentences.append(sentence)
    checkValues(of: sentence, given: arguments.dropFirst(wanted), at: call)
  }

  /// Compares the placeholders with the values, where those are written out as a dictionary.
  private func checkValues(
    of sentence: SourceSentence, given arguments: ArraySlice<LabeledExprSyntax>, at call: FunctionCallExprSyntax
  ) {
    let isPlural = sentence.plural != nil
    var given: Set<String> = []
    for argument in isPlural ? arguments.dropFirst() : arguments {
      guard let dictionary = argument.expression.as(DictionaryExprSyntax.self) else { return }
      guard case .elements(let elements) = dictionary.content else { continue }
      for element in elements {
        guard case .text(let name) = Literal(element.key) else { return }
        given.insert(name)
      }
    }
    // A trailing closure may give values too.
    guard call.trailingClosure == nil else { return }
    var wanted = Placeholders.names(in: sentence.key.id).union(sentence.plural.map { Placeholders.names(in: $0) } ?? [])
    if isPlural {
      wanted.remove("count")
      given.remove("count")
    }
    for name in wanted.subtracting(given).sorted() {
      problem(call, "{\(name)} gets no value.", remedy: "Give it one in the dictionary.")
    }
    for name in given.subtracting(wanted).sorted() {
      problem(call, "The sentence has no {\(name)}.", remedy: "Write the placeholder, or take the value away.")
    }
  }

  private func readNotes(above token: TokenSyntax) {
    var found: [String] = []
    for case .lineComment(let comment) in token.leadingTrivia {
      let text = comment.drop { $0 == "/" }.drop { $0 == " " }
      if text.hasPrefix("Translators:") {
        found.append(String(text.dropFirst("Translators:".count).drop { $0 == " " }))
      } else if !found.isEmpty {
        found.append(String(text))
      }
    }
    guard !found.isEmpty else { return }
    notes[locations.location(for: token.positionAfterSkippingLeadingTrivia).line, default: []] += found
  }

  private func problem(_ node: some SyntaxProtocol, _ what: String, remedy: String) {
    problems.append(SourceProblem(place: place(of: node), what: what, remedy: remedy))
  }

  private func place(of node: some SyntaxProtocol) -> Place {
    let location = locations.location(for: node.positionAfterSkippingLeadingTrivia)
    return Place(file: file, line: location.line, column: location.column)
  }
}

/// What translates, or carries a sentence to be translated.
private enum Function: String {
  case translate = "tr"
  case count = "ntr"
  case inContext = "trc"
  case message = "Message"

  /// Knows `tr(`, `Localization.tr(` and `Message.init(`. Of `.init(` alone nobody can tell what it makes without a compiler.
  init?(_ called: ExprSyntax) {
    if let name = called.as(DeclReferenceExprSyntax.self) {
      self.init(rawValue: name.baseName.text)
    } else if let member = called.as(MemberAccessExprSyntax.self), let base = member.base {
      let name = member.declName.baseName.text
      let owner =
        base.as(DeclReferenceExprSyntax.self)?.baseName.text ?? base.as(MemberAccessExprSyntax.self)?.declName.baseName.text
      if owner == "Localization" {
        self.init(rawValue: name)
      } else if owner == "Message" && name == "init" {
        self = .message
      } else {
        return nil
      }
    } else {
      return nil
    }
  }

  /// How many of the first arguments must be literals.
  func literals(in arguments: [LabeledExprSyntax]) -> Int {
    switch self {
    case .translate: 1
    case .count, .inContext: 2
    // A number after two sentences makes it one about a number of things.
    case .message: arguments.prefix { $0.label == nil }.count >= 3 ? 2 : 1
    }
  }
}

/// A text that is known before the program runs.
private enum Literal {
  case text(String)
  case interpolated
  case other

  /// Reads a literal in one line or several, in parentheses, or several joined by `+`.
  init(_ expression: ExprSyntax) {
    if let literal = expression.as(StringLiteralExprSyntax.self) {
      if literal.segments.contains(where: { $0.is(ExpressionSegmentSyntax.self) }) {
        self = .interpolated
      } else {
        self = literal.representedLiteralValue.map { .text($0) } ?? .other
      }
    } else if let tuple = expression.as(TupleExprSyntax.self), tuple.elements.count == 1, let inner = tuple.elements.first {
      self.init(inner.expression)
    } else if let sequence = expression.as(SequenceExprSyntax.self) {
      self = Self.joined(sequence)
    } else {
      self = .other
    }
  }

  private static func joined(_ sequence: SequenceExprSyntax) -> Literal {
    var result = ""
    for (index, element) in sequence.elements.enumerated() {
      if index.isMultiple(of: 2) {
        guard case .text(let part) = Literal(element) else { return Literal(element) }
        result += part
      } else if element.as(BinaryOperatorExprSyntax.self)?.operator.text != "+" {
        return .other
      }
    }
    return .text(result)
  }
}
