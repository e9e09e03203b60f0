import Foundation
import Kernel
import Localization

/// The files pages need, each under an address that holds a hash of its content, so that browsers may keep them for ever.
public struct Assets: Sendable {
  package struct File: Sendable {
    package let type: String
    package let bytes: [UInt8]
    package let compressed: [UInt8]?
  }

  private let files: [String: File]
  private let addresses: [String: String]
  /// The site's icon as a `data:` address: smaller than the headers of a request for it.
  let icon: String

  /// Reads the files that ship with the program.
  /// - Throws: when they are missing, which means that the program was not installed whole.
  public static func load() throws -> Assets {
    guard let folder = Bundle.module.resourceURL?.appendingPathComponent("Assets") else {
      throw DomainError.unavailable(Message("The program's own files are missing. Install it again."))
    }
    var files: [String: File] = [:]
    var addresses: [String: String] = [:]
    var icon = ""
    for url in try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil) {
      guard let type = types[url.pathExtension] else { continue }
      let bytes = [UInt8](try Data(contentsOf: url))
      let hash = SHA256.hash(bytes).prefix(6).map { String($0, radix: 36) }.joined()
      let name = url.deletingPathExtension().lastPathComponent
      let address = "/assets/\(name).\(hash).\(url.pathExtension)"
      files[address] = File(type: type, bytes: bytes, compressed: Gzip.compress(bytes))
      addresses[url.lastPathComponent] = address
      if url.lastPathComponent == "icon.svg" {
        let text = String(decoding: bytes, as: UTF8.self)
        icon = "data:image/svg+xml," + (text.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? "")
      }
    }
    return Assets(files: files, addresses: addresses, icon: icon)
  }

  /// Where a file is found: `address(of: "civil.css")`.
  public func address(of name: String) -> String { addresses[name] ?? "/assets/\(name)" }

  package func file(at path: String) -> File? { files[path] }

  private static let types = [
    "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml", "png": "image/png",
  ]
}
