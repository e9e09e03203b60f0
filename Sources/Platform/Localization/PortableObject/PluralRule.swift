/// Which of a language's plural forms goes with a number: the `Plural-Forms` header of a `.po` file, whose expression is C
/// (GNU gettext manual, "Plural forms").
struct PluralRule: Sendable {
  /// How many forms the language has.
  let count: Int
  private let expression: Expression

  /// `nplurals=2; plural=(n != 1);`
  static let english = PluralRule(count: 2, expression: .binary(.notEqual, .number, .constant(1)))

  private init(count: Int, expression: Expression) {
    self.count = count
    self.expression = expression
  }

  /// - Parameter header: the value of `Plural-Forms`, such as `nplurals=2; plural=(n > 1);`.
  /// - Throws: `Malformed`, saying what is wrong with it in words that follow "the header Plural-Forms".
  init(header: String) throws(Malformed) {
    var count: Int?
    var plural: Substring?
    for part in header.split(separator: ";") {
      guard let equals = part.firstIndex(of: "=") else {
        if part.allSatisfy(\.isWhitespace) { continue }
        throw Malformed("has a part without “=”: “\(part)”")
      }
      let name = part[..<equals].filter { !$0.isWhitespace }
      let value = part[part.index(after: equals)...]
      switch name {
      case "nplurals": count = Int(value.filter { !$0.isWhitespace })
      case "plural": plural = value
      default: throw Malformed("has an unknown part “\(name)”")
      }
    }
    guard let count, (1...6).contains(count) else { throw Malformed("needs nplurals, a number from 1 to 6") }
    guard let plural else { throw Malformed("has no “plural=”") }
    var parser = Parser(plural)
    self.init(count: count, expression: try parser.parse())
    for n in Self.samples where form(uncheckedFor: n) >= UInt64(count) {
      throw Malformed("gives form \(form(uncheckedFor: n)) for \(n), but nplurals is \(count)")
    }
  }

  /// What is wrong with a header.
  struct Malformed: Error {
    let reason: String

    init(_ reason: String) { self.reason = reason }
  }

  /// - Returns: the index of the form for `number`, always below `count`. A negative number takes the form of its magnitude.
  func form(for number: Int) -> Int {
    Int(min(form(uncheckedFor: UInt64(number.magnitude)), UInt64(count - 1)))
  }

  /// Whether `form` is used for one number only, so that a translator may write that number as a word or leave it out.
  func isForOneNumber(_ form: Int) -> Bool {
    Self.samples.lazy.filter { self.form(uncheckedFor: $0) == UInt64(form) }.prefix(2).count == 1
  }

  /// Every rule of CLDR depends on the last three digits and on whether there is more, and on the last six for "a million of".
  private static let samples: [UInt64] = Array(0...1_000) + [1_001, 10_000, 100_000, 1_000_000, 1_000_001, 2_000_000]

  private func form(uncheckedFor n: UInt64) -> UInt64 { expression.value(n) }

  private indirect enum Expression: Sendable {
    case number
    case constant(UInt64)
    case not(Expression)
    case binary(Operator, Expression, Expression)
    case choice(Expression, Expression, Expression)

    /// Unsigned and wrapping as in C; a division by zero, which C leaves undefined, gives 0.
    func value(_ n: UInt64) -> UInt64 {
      switch self {
      case .number: n
      case .constant(let value): value
      case .not(let operand): operand.value(n) == 0 ? 1 : 0
      case .choice(let condition, let yes, let no): condition.value(n) != 0 ? yes.value(n) : no.value(n)
      case .binary(.or, let a, let b): a.value(n) != 0 || b.value(n) != 0 ? 1 : 0
      case .binary(.and, let a, let b): a.value(n) != 0 && b.value(n) != 0 ? 1 : 0
      case .binary(let `operator`, let a, let b): `operator`.apply(a.value(n), b.value(n))
      }
    }
  }

  private enum Operator: String, Sendable {
    case or = "||"
    case and = "&&"
    case equal = "=="
    case notEqual = "!="
    case lessOrEqual = "<="
    case greaterOrEqual = ">="
    case less = "<"
    case greater = ">"
    case plus = "+"
    case minus = "-"
    case times = "*"
    case over = "/"
    case modulo = "%"

    /// How tightly C binds it: the higher, the tighter.
    var precedence: Int {
      switch self {
      case .or: 1
      case .and: 2
      case .equal, .notEqual: 3
      case .less, .greater, .lessOrEqual, .greaterOrEqual: 4
      case .plus, .minus: 5
      case .times, .over, .modulo: 6
      }
    }

    func apply(_ a: UInt64, _ b: UInt64) -> UInt64 {
      switch self {
      case .or: a != 0 || b != 0 ? 1 : 0
      case .and: a != 0 && b != 0 ? 1 : 0
      case .equal: a == b ? 1 : 0
      case .notEqual: a != b ? 1 : 0
      case .less: a < b ? 1 : 0
      case .greater: a > b ? 1 : 0
      case .lessOrEqual: a <= b ? 1 : 0
      case .greaterOrEqual: a >= b ? 1 : 0
      case .plus: a &+ b
      case .minus: a &- b
      case .times: a &* b
      case .over: b == 0 ? 0 : a / b
      case .modulo: b == 0 ? 0 : a % b
      }
    }
  }

  /// Reads the C expression by climbing precedence.
  private struct Parser {
    private let text: [Character]
    private var position = 0
    /// A file from outside must not be able to exhaust the stack.
    private var depth = 0

    init(_ text: Substring) { self.text = text.filter { !$0.isWhitespace } }

    mutating func parse() throws(Malformed) -> Expression {
      // Evaluation and destruction follow the tree as deep as it is long, so its length is bounded too.
      guard text.count <= 1_000 else { throw Malformed("has an expression of more than 1,000 characters") }
      let expression = try choice()
      guard position == text.count else { throw Malformed("has something unexpected at “\(rest)”") }
      return expression
    }

    private mutating func choice() throws(Malformed) -> Expression {
      depth += 1
      defer { depth -= 1 }
      guard depth <= 100 else { throw Malformed("has an expression nested more than 100 deep") }
      let condition = try operation(above: 0)
      guard take("?") else { return condition }
      let yes = try choice()
      guard take(":") else { throw Malformed("lacks “:” at “\(rest)”") }
      return .choice(condition, yes, try choice())
    }

    private mutating func operation(above precedence: Int) throws(Malformed) -> Expression {
      var left = try operand()
      while let next = peekOperator(), next.precedence > precedence {
        position += next.rawValue.count
        left = .binary(next, left, try operation(above: next.precedence))
      }
      return left
    }

    private mutating func operand() throws(Malformed) -> Expression {
      if take("!") {
        depth += 1
        defer { depth -= 1 }
        guard depth <= 100 else { throw Malformed("has an expression nested more than 100 deep") }
        return .not(try operand())
      }
      if take("n") { return .number }
      if take("(") {
        let inner = try choice()
        guard take(")") else { throw Malformed("lacks “)” at “\(rest)”") }
        return inner
      }
      let digits = text[position...].prefix { ("0"..."9").contains($0) }
      guard let value = UInt64(String(digits)) else { throw Malformed("needs “n”, a number or “(” at “\(rest)”") }
      position += digits.count
      return .constant(value)
    }

    private func peekOperator() -> Operator? {
      // The two-character operators first: “<=” is not “<” and “=”.
      for length in [2, 1] where position + length <= text.count {
        if let found = Operator(rawValue: String(text[position..<position + length])) { return found }
      }
      return nil
    }

    private mutating func take(_ character: Character) -> Bool {
      guard position < text.count, text[position] == character else { return false }
      position += 1
      return true
    }

    private var rest: String { position < text.count ? String(text[position...].prefix(20)) : "the end" }
  }
}
