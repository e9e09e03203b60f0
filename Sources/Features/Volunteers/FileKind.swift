import Foundation
import Kernel
import Localization

/// The kinds of file that people may send each other: those that a browser shows or saves and that run nothing.
enum FileKind: CaseIterable {
  case pdf, png, jpeg, webp, gif, text, csv, office, openDocument

  /// What a file is, by its content and its name, which have to agree; and the file without what cameras write into pictures.
  /// - Throws: `DomainError.invalid`.
  static func checked(_ file: SentFile, field: String) throws -> (file: SentFile, kind: FileKind) {
    guard file.bytes.count <= PostFile.largest else {
      throw DomainError.invalid(field, Message("The file is too large: 2 megabytes fit."))
    }
    guard let kind = allCases.first(where: { $0.endings.contains(ending(of: file.name)) && $0.fits(file.bytes) }) else {
      throw DomainError.invalid(
        field, Message("This kind of file cannot be sent. PDF, pictures, texts, tables and office documents can."))
    }
    guard let bytes = Photo.withoutTraces(file.bytes, kind) else {
      throw DomainError.invalid(field, Message("The picture is damaged, or not whole. Please choose it again."))
    }
    return (SentFile(name: file.name, bytes: bytes), kind)
  }

  /// A name without anything that means something to a computer, with the ending of its kind.
  static func name(_ name: String, as kind: FileKind) -> String {
    let ending = ending(of: name)
    let stem = name.split(separator: "/").last.map(String.init) ?? name
    let kept = stem.dropLast(ending.count + 1).unicodeScalars.map { scalar -> Character in
      scalar.properties.isAlphabetic || scalar.properties.numericType != nil || "-_ ".unicodeScalars.contains(scalar)
        ? Character(scalar) : "_"
    }
    let text = String(kept.prefix(80)).trimmingCharacters(in: .whitespaces)
    return (text.isEmpty ? "file" : text) + "." + ending
  }

  /// Pictures and plain texts are shown; everything else is saved. Nothing is ever taken for a page.
  var mediaType: String {
    switch self {
    case .pdf: "application/pdf"
    case .png: "image/png"
    case .jpeg: "image/jpeg"
    case .webp: "image/webp"
    case .gif: "image/gif"
    case .text: "text/plain; charset=utf-8"
    case .csv: "text/csv; charset=utf-8"
    case .office, .openDocument: "application/octet-stream"
    }
  }

  private var endings: [String] {
    switch self {
    case .pdf: ["pdf"]
    case .png: ["png"]
    case .jpeg: ["jpg", "jpeg"]
    case .webp: ["webp"]
    case .gif: ["gif"]
    case .text: ["txt", "md"]
    case .csv: ["csv", "tsv"]
    // Those without macros.
    case .office: ["docx", "xlsx", "pptx"]
    case .openDocument: ["odt", "ods", "odp"]
    }
  }

  /// By the first bytes, as each format defines them.
  private func fits(_ bytes: [UInt8]) -> Bool {
    switch self {
    case .pdf: bytes.starts(with: "%PDF-".utf8)
    case .png: bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    case .jpeg: bytes.starts(with: [0xFF, 0xD8, 0xFF])
    case .webp: bytes.starts(with: "RIFF".utf8) && bytes.dropFirst(8).starts(with: "WEBP".utf8)
    case .gif: bytes.starts(with: "GIF8".utf8)
    case .text, .csv: !bytes.contains(0) && String(validating: bytes, as: UTF8.self) != nil
    case .office, .openDocument: bytes.starts(with: [0x50, 0x4B, 0x03, 0x04])
    }
  }

  private static func ending(of name: String) -> String {
    name.lastIndex(of: ".").map { String(name[name.index(after: $0)...]).lowercased() } ?? ""
  }
}
