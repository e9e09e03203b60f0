public import Journal
public import Kernel
public import Localization
public import People
public import Vocabulary

/// A file to import.
public struct ImportFile: Sendable {
  public let name: String
  public let bytes: [UInt8]

  public init(name: String, bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
  }
}

/// What an import has done, or would do.
public struct ImportReport: Sendable, Equatable {
  /// Something about one row.
  public struct Complaint: Sendable, Equatable {
    public let file: String
    /// From 1.
    public let line: Int
    public let reason: Message
    /// Whether the whole row was left out; otherwise only a part of it.
    public let isRow: Bool
  }

  public var read = 0
  public var new = 0
  public var changed = 0
  public var unchanged = 0
  /// Rows that had the id of another one.
  public var merged = 0
  public var bad = 0
  public var complaints: [Complaint] = []

  public init() {}
}

/// Brings in a whole catalogue.
///
/// Everything is read first, rows with the same id are merged, and what differs from the catalogue is written a batch a transaction. So it
/// may be stopped anywhere: run again, it ends in the same state.
public struct ImportTools: Sendable {
  public enum Format: String, Sendable, CaseIterable {
    /// `DigitalPublicGoods`: JSON lines.
    case digitalPublicGoods = "dpg"
    /// `PubliccodeYML`: each file is one tool.
    case publiccode
  }

  private let node: Node
  private let tagger: ToolTagger
  private let origin: Organization.Origin

  /// Records written in one transaction.
  static let batch = 50
  /// Bytes of a line that are read.
  static let longestLine = 1 << 20

  public init(node: Node, vocabulary: Vocabulary, origin: Organization.Origin = .imported) {
    self.node = node
    tagger = ToolTagger(vocabulary)
    self.origin = origin
  }

  /// - Parameters:
  ///   - isDryRun: looks at everything and writes nothing.
  ///   - progress: called with how many tools are done, and of how many.
  /// - Throws: `DomainError.malformed` when there is nothing to read at all; `CancellationError` between two batches.
  public func callAsFunction(
    _ files: [ImportFile], as format: Format, by actor: Actor = .system, isDryRun: Bool = false,
    progress: @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) async throws -> ImportReport {
    var report = ImportReport()
    let tools = try Self.read(files, as: format, &report)
    progress(0, tools.count)
    for start in stride(from: 0, to: tools.count, by: Self.batch) {
      try Task.checkCancellation()
      let batch = tools[start..<min(start + Self.batch, tools.count)].map { ImportTool($0, tagger: tagger, origin: origin) }
      for outcome in try await write(batch, by: actor, isDryRun: isDryRun) {
        switch outcome {
        case .new: report.new += 1
        case .changed: report.changed += 1
        case .unchanged: report.unchanged += 1
        }
      }
      progress(min(start + Self.batch, tools.count), tools.count)
    }
    return report
  }

  /// What is known already and would not change is left alone without a transaction.
  private func write(_ batch: [ImportTool], by actor: Actor, isDryRun: Bool) async throws -> [ImportTool.Outcome] {
    let known = try await node.read { connection in
      guard let source = batch.first?.imported.source else { return [String: Tool]() }
      return try ToolStore(connection).find(source, externalIDs: batch.map(\.imported.externalID))
    }
    let expected = batch.map { entry -> ImportTool.Outcome in
      guard let tool = known[entry.imported.externalID] else { return .new }
      return entry.updated(tool) == tool ? .unchanged : .changed
    }
    let differing = zip(batch, expected).filter { $0.1 != .unchanged }.map(\.0)
    guard !isDryRun, !differing.isEmpty else { return expected }
    let outcomes = try await node.act(as: actor) { act in try differing.map { try $0(in: act) } }
    return outcomes + Array(repeating: .unchanged, count: batch.count - differing.count)
  }

  // MARK: Reading

  private static func read(_ files: [ImportFile], as format: Format, _ report: inout ImportReport) throws -> [ImportedTool] {
    var tools: [ImportedTool] = []
    var places: [String: Int] = [:]
    for file in files {
      for (line, bytes) in try rows(of: file, as: format) {
        report.read += 1
        do {
          guard bytes.count <= longestLine else {
            throw DomainError.malformed(Message("This line is longer than one megabyte."))
          }
          let tool =
            format == .publiccode ? try PubliccodeYML.parse(Array(bytes)) : try DigitalPublicGoods.parse(line: Array(bytes))
          report.complaints += tool.remarks.map { .init(file: file.name, line: line, reason: $0, isRow: false) }
          if let place = places[tool.externalID] {
            tools[place] = tools[place].merged(with: tool)
            report.merged += 1
          } else {
            places[tool.externalID] = tools.count
            tools.append(tool)
          }
        } catch DomainError.malformed(let reason) {
          report.bad += 1
          report.complaints.append(.init(file: file.name, line: line, reason: reason, isRow: true))
        }
      }
    }
    guard report.read > 0 else { throw DomainError.malformed(Message("There is nothing in what should be imported.")) }
    return tools
  }

  /// The rows of a file with their lines.
  /// - Throws: `DomainError.malformed` for a file in an encoding that is plainly another one.
  private static func rows(of file: ImportFile, as format: Format) throws -> [(line: Int, bytes: ArraySlice<UInt8>)] {
    let marks: [[UInt8]] = [[0xFF, 0xFE], [0xFE, 0xFF], [0x00, 0x00, 0xFE, 0xFF]]
    guard !marks.contains(where: file.bytes.starts) else {
      throw DomainError.malformed(
        Message("{file} is not UTF-8. Save it in the encoding UTF-8 and try again.", ["file": file.name]))
    }
    let bytes = file.bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? file.bytes.dropFirst(3) : file.bytes[...]
    let blank: Set<UInt8> = [0x20, 0x09, 0x0D, 0x0A]
    if format == .publiccode { return bytes.allSatisfy(blank.contains) ? [] : [(1, bytes)] }
    return bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated()
      .filter { !$0.element.allSatisfy(blank.contains) }
      .map { (line: $0.offset + 1, bytes: $0.element.last == 0x0D ? $0.element.dropLast() : $0.element) }
  }
}

/// Finds again what every tool does, after the vocabulary has changed. What people have confirmed stays.
public struct RetagTools: Sendable {
  private let node: Node
  private let tagger: ToolTagger

  public init(node: Node, vocabulary: Vocabulary) {
    self.node = node
    tagger = ToolTagger(vocabulary)
  }

  /// - Returns: how many tools have changed.
  public func callAsFunction(
    progress: @Sendable (_ done: Int) -> Void = { _ in }
  ) async throws -> Int {
    var (last, done, changed) = ("", 0, 0)
    while true {
      try Task.checkCancellation()
      let after = last
      let tools = try await node.read { try ToolStore($0).all(after: after, limit: ImportTools.batch) }
      guard let end = tools.last else { return changed }
      let differing = tools.compactMap { tool -> Tool? in
        var retagged = tool
        retagged.tags = tagger.tags(of: tool)
        return retagged == tool ? nil : retagged
      }
      if !differing.isEmpty {
        try await node.act(as: .system) { act in
          for tool in differing { _ = try act.store(tool, event: "retagged", isChecked: false) }
        }
      }
      changed += differing.count
      done += tools.count
      last = end.id.rawValue
      progress(done)
    }
  }
}
