import Kernel
import Localization
import Messaging

/// What a program is told: sentences of ours, codes and addresses on this site, no names and nothing that anybody said. Type, timestamp
/// and data, as Standard Webhooks advises.
struct WebhookBody {
  let siteAddress: String

  /// Speaks the language of who is told.
  let localizer: Localizer

  func notice(_ notice: Notice) throws -> [UInt8] {
    let (english, own) = (notice.message.phrase(in: .english), notice.message.phrase(in: localizer))
    let translation: JSON =
      own.language == english.language ? .null : ["language": .string(own.language.tag), "text": .string(own.text)]
    return try body(
      "notice", at: notice.createdAt,
      [
        "id": .string(notice.id.rawValue), "text": .string(english.text), "translation": translation,
        "path": .string(notice.safePath), "address": .string(siteAddress + notice.safePath),
        "code": JSON(notice.message.values["code"]), "subject": .string(notice.subject), "isUrgent": .bool(notice.isUrgent),
      ])
  }

  func test(at time: Timestamp) throws -> [UInt8] {
    try body("test", at: time, ["text": "This is a test.", "address": .string(siteAddress + "/me/webhooks")])
  }

  private func body(_ type: String, at time: Timestamp, _ data: JSON) throws -> [UInt8] {
    try JSON.object(JSON.Object([("type", .string(type)), ("timestamp", .string(time.iso8601)), ("data", data)])).encoded()
  }
}
