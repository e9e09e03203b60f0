import Kernel

/// The JSON file in which an operator may keep settings: their names as keys, or objects in each other for names with a dot.
public enum SettingsFile {
  /// What the value of a setting may be besides a text.
  public enum Kind: Sendable {
    case text, number, yesOrNo
  }

  public static func kind(of name: String) -> Kind {
    switch name {
    case "port": .number
    case "behind.proxy", "webhooks.to.private": .yesOrNo
    default: .text
    }
  }

  /// Looks through a file before it is believed: a key that nobody reads would leave a default in force unnoticed.
  /// - Parameter known: the names of all settings.
  /// - Throws: `SettingsError` that names the file, the key and the known keys.
  public static func check(_ path: String, known: [String]) throws {
    let json: JSON
    do {
      json = try JSON(decoding: try OperatorFile.read(path))
    } catch let error as FileError {
      throw SettingsError("The configuration file \(path) cannot be read (\(error.reason)). Check CIVIL_CONFIG.")
    } catch {
      throw SettingsError("The configuration file \(path) is no JSON: \(error).")
    }
    guard let object = json.object else {
      throw SettingsError("The configuration file \(path) is to be a JSON object, such as {\"port\": 8080}.")
    }
    var seen: Set<String> = []
    try check(object, under: "", path: path, known: known, seen: &seen)
  }

  private static func check(
    _ object: JSON.Object, under parent: String, path: String, known: [String], seen: inout Set<String>
  ) throws {
    for member in object.members {
      let name = parent + member.key
      if known.contains(name) {
        guard fits(member.value, kind(of: name)) else {
          throw SettingsError(
            "The configuration file \(path): “\(name)” is to be \(words(kind(of: name))). \(list(known))")
        }
        guard seen.insert(name).inserted else {
          throw SettingsError("The configuration file \(path): “\(name)” stands in it twice.")
        }
      } else if let inner = member.value.object, known.contains(where: { $0.hasPrefix(name + ".") }) {
        try check(inner, under: name + ".", path: path, known: known, seen: &seen)
      } else {
        throw SettingsError("The configuration file \(path): there is no setting “\(name)”. \(list(known))")
      }
    }
  }

  private static func fits(_ value: JSON, _ kind: Kind) -> Bool {
    if value.string != nil { return true }
    return switch kind {
    case .text: false
    case .number: value.int != nil
    case .yesOrNo: value.bool != nil
    }
  }

  private static func words(_ kind: Kind) -> String {
    switch kind {
    case .text: "a text in quotation marks"
    case .number: "a whole number"
    case .yesOrNo: "true, false, \"yes\" or \"no\""
    }
  }

  private static func list(_ known: [String]) -> String { "Known keys: \(known.joined(separator: ", "))." }
}
