import CYAML

/// A YAML document as libyaml reads it: what is written, and no more. Scalars stay texts.
enum YAML {
  case words(String)
  case list([YAML])
  /// In the order of the file; a key that is no text is left out.
  case map([(key: String, value: YAML)])

  /// What was read, and where it cannot be.
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// Lists in lists: far more than any file of ours has.
  private static let deepest = 64

  /// - Parameter file: UTF-8.
  /// - Returns: the first document; nil when there is none.
  /// - Throws: `Failure`.
  init?(parsing file: [UInt8]) throws {
    var parser = yaml_parser_t()
    guard yaml_parser_initialize(&parser) == 1 else { throw Failure(description: "there is no memory") }
    defer { yaml_parser_delete(&parser) }
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING)
    let found = try file.withUnsafeBufferPointer { bytes in
      yaml_parser_set_input_string(&parser, bytes.baseAddress, bytes.count)
      return try Self.document(&parser)
    }
    guard let found else { return nil }
    self = found
  }

  subscript(_ key: String) -> YAML? {
    guard case .map(let pairs) = self else { return nil }
    return pairs.first { $0.key == key }?.value
  }

  // MARK: - Reading

  /// A list or a map that is not closed yet.
  private struct Open {
    let isMap: Bool
    let anchor: String?
    var values: [YAML] = []

    /// What it is when it is closed. Values of a map come in turns: a key, what it says.
    var closed: YAML {
      guard isMap else { return .list(values) }
      return .map(
        stride(from: 0, to: values.count - 1, by: 2).compactMap { place in
          if case .words(let key) = values[place] { (key, values[place + 1]) } else { nil }
        })
    }
  }

  private static func document(_ parser: inout yaml_parser_t) throws -> YAML? {
    var open: [Open] = []
    // What an anchor names is shared, never copied, however often it is named.
    var anchors: [String: YAML] = [:]
    while true {
      var event = yaml_event_t()
      guard yaml_parser_parse(&parser, &event) == 1 else { throw failure(parser) }
      defer { yaml_event_delete(&event) }
      var whole: YAML
      switch event.type {
      case YAML_STREAM_END_EVENT: return nil
      case YAML_SCALAR_EVENT:
        let scalar = event.data.scalar
        whole = .words(String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self))
        if let anchor = text(scalar.anchor) { anchors[anchor] = whole }
      case YAML_ALIAS_EVENT:
        let name = text(event.data.alias.anchor) ?? ""
        guard let named = anchors[name] else { throw failure("nothing is named \(name)", parser) }
        whole = named
      case YAML_SEQUENCE_START_EVENT, YAML_MAPPING_START_EVENT:
        guard open.count < deepest else { throw failure("too many lists in lists", parser) }
        let isMap = event.type == YAML_MAPPING_START_EVENT
        let anchor = isMap ? event.data.mapping_start.anchor : event.data.sequence_start.anchor
        open.append(Open(isMap: isMap, anchor: text(anchor)))
        continue
      case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT:
        let last = open.removeLast()
        whole = last.closed
        if let anchor = last.anchor { anchors[anchor] = whole }
      default: continue
      }
      guard !open.isEmpty else { return whole }
      open[open.count - 1].values.append(whole)
    }
  }

  private static func text(_ bytes: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    bytes.map { String(cString: UnsafePointer<UInt8>($0)) }
  }

  private static func failure(_ parser: yaml_parser_t) -> Failure {
    failure(parser.problem.map { String(cString: $0) } ?? "it cannot be read", parser)
  }

  private static func failure(_ problem: String, _ parser: yaml_parser_t) -> Failure {
    Failure(description: "line \(parser.mark.line + 1): \(problem)")
  }
}
