import CQRencode

/// A QR code (ISO/IEC 18004) as a picture in a page: what it holds need not be typed.
public struct QRCode: Sendable {
  /// Rows from the top, true where it is dark; as many columns as rows.
  let modules: [[Bool]]

  /// White modules around it (ISO/IEC 18004 §9.1).
  private static let quiet = 4

  /// - Parameter text: at most 2,331 bytes of UTF-8 fit at the level of correction used (M: 15 % of it may be damaged).
  /// - Returns: nil when it does not fit.
  public init?(_ text: String) {
    guard !text.isEmpty, !text.utf8.contains(0), let code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M) else { return nil }
    defer { QRcode_free(code) }
    let width = Int(code.pointee.width)
    guard let data = code.pointee.data else { return nil }
    // The lowest bit of each module says whether it is dark; the others tell what it is for.
    modules = (0..<width).map { row in (0..<width).map { column in data[row * width + column] & 1 == 1 } }
  }

  /// Dark on white whatever the colours of the page are: few cameras read it the other way round.
  /// - Parameter label: what it is, for those who do not see it.
  public func svg(label: String) -> HTML {
    let side = modules.count + 2 * Self.quiet
    var path = ""
    for (row, line) in modules.enumerated() {
      for (column, isDark) in line.enumerated() where isDark { path += "M\(column + Self.quiet) \(row + Self.quiet)h1v1h-1z" }
    }
    return """
      <svg class="qr" role="img" aria-label="\(label)" viewBox="0 0 \(side) \(side)" width="240" height="240" shape-rendering="crispEdges">\
      <rect width="\(side)" height="\(side)" fill="#fff"/><path d="\(path)" fill="#000"/></svg>
      """
  }
}
