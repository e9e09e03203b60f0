import Foundation

/// A folder of translators' files that lives as long as a test.
final class Folder {
  let url: URL

  /// - Parameter files: text by name of file.
  init(_ files: [String: String]) throws {
    url = FileManager.default.temporaryDirectory.appending(path: "locales-\(UUID())", directoryHint: .isDirectory)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    for (name, text) in files { try write(Array(text.utf8), to: name) }
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func write(_ bytes: [UInt8], to name: String) throws {
    try Data(bytes).write(to: url.appending(path: name))
  }
}

/// The beginning of a translators' file: six lines and an empty one.
func header(
  _ language: String, plurals: String = "nplurals=2; plural=(n != 1);", fallback: String = "en", name: String? = nil
) -> String {
  """
  msgid ""
  msgstr ""
  "Language: \(language)\\n"
  "Content-Type: text/plain; charset=UTF-8\\n"
  "Plural-Forms: \(plurals)\\n"
  "X-Fallback: \(fallback)\\n"\(name.map { "\n\"X-Language-Name: \($0)\\n\"" } ?? "")


  """
}

let arabicPlurals =
  "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);"
