import Foundation
import Kernel
import Localization
import People
import Web

/// Listed needs for programs that follow or count them. Only what everybody may read is in them.
enum NeedFeeds {
  /// Atom (RFC 4287). Addresses are relative to the feed, so that it reads right behind any host name.
  static func atom(_ entries: [NeedListing], visit: Visit) -> String {
    let updated = entries.map(\.need.changedAt).max()?.iso8601 ?? Timestamp(milliseconds: 0).iso8601
    let items = entries.map { listing -> HTML in
      let need = listing.need
      return """
        <entry>
        <id>urn:uuid:\(need.id.rawValue)</id>
        <title>\(listing.title)</title>
        <updated>\(need.changedAt.iso8601)</updated>
        <published>\(need.createdAt.iso8601)</published>
        <link href="/needs/\(need.code.description)"/>
        <author><name>\(listing.organization ?? visit.site.name)</name></author>
        <category term="\(need.state.rawValue)"/>
        <summary xml:lang="\(need.summaryLanguage ?? need.language)">\(need.summary)</summary>
        </entry>

        """
    }
    let feed: HTML = """
      <?xml version="1.0" encoding="utf-8"?>
      <feed xmlns="http://www.w3.org/2005/Atom" xml:lang="\(visit.localizer.language.tag)">
      <id>urn:civil-society:needs:\(visit.site.nodeID)</id>
      <title>\(tr("What groups need").text)</title>
      <updated>\(updated)</updated>
      <link rel="self" href="/needs.atom"/>
      <link href="/needs"/>
      \(each: items, { $0 })</feed>

      """
    return feed.text
  }

  /// CSV (RFC 4180) in UTF-8. A cell that a spreadsheet would run as a formula begins with an apostrophe.
  static func csv(_ entries: [NeedListing]) -> String {
    let rows = entries.map { listing -> [String] in
      let need = listing.need
      return [
        need.code.description, need.state.rawValue, need.country, need.summaryLanguage ?? need.language, need.summary ?? "",
        listing.organization ?? "", need.createdAt.iso8601, need.origin.rawValue,
      ]
    }
    let head = ["code", "state", "country", "language", "summary", "organization", "created", "origin"]
    return ([head] + rows).map { $0.map(cell).joined(separator: ",") }.joined(separator: "\r\n") + "\r\n"
  }

  private static func cell(_ text: String) -> String {
    var text = text
    if let first = text.unicodeScalars.first, "=+-@\t\r".unicodeScalars.contains(first) { text = "'" + text }
    guard text.contains(where: { $0 == "\"" || $0 == "," || $0.isNewline }) else { return text }
    return "\"" + text.replacingOccurrences(of: "\"", with: "\"\"") + "\""
  }
}
