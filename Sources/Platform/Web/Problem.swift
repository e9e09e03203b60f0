import Foundation
import HTTPTypes
public import Kernel
public import Localization

/// How an error is said: one sentence for a person, a problem document (RFC 9457) for a program.
public struct Problem: Sendable {
  public let status: Int
  /// A word programs can compare.
  public let name: String
  public let title: Phrase
  /// What to do next.
  public let advice: Phrase
  let errors: [FieldError]
  let retryAfter: Int?
  let subject: String?

  public init(_ error: DomainError) {
    var errors: [FieldError] = []
    var retryAfter: Int?
    var subject: String?
    switch error {
    case .invalid(let found):
      (status, name) = (422, "invalid")
      title = tr("Some of this cannot be taken as it is")
      advice = tr("Please look at the fields that are named and send it again.")
      errors = found
    case .notFound:
      (status, name) = (404, "not-found")
      title = tr("There is nothing here")
      advice = tr("The address may be mistyped, or what was here is no longer shown. A code looks like N-7K2Q-F4XM.")
    case .signInNeeded:
      (status, name) = (401, "sign-in-needed")
      title = tr("Please sign in first")
      advice = tr("This page is for people who are signed in.")
    case .forbidden:
      (status, name) = (403, "forbidden")
      title = tr("You may not do this")
      advice = tr("Ask the people who run this site if you think that you should.")
    case .conflict(let message):
      (status, name) = (409, "conflict")
      title = message.phrase()
      advice = tr("Open the page again to see how it is now.")
    case .changedAfterSending(let id):
      (status, name) = (422, "changed-after-sending")
      title = tr("You changed this after sending it")
      advice = tr("It was taken as you first sent it. Open that one, or send this as a new one.")
      subject = id
    case .tooMany(let seconds):
      (status, name) = (429, "too-many")
      title = tr("That was too often in a short time")
      advice = ntr("Please try again in a minute.", "Please try again in {count} minutes.", max(1, (seconds + 59) / 60))
      retryAfter = seconds
    case .malformed(let message):
      (status, name) = (400, "malformed")
      title = message.phrase()
      advice = tr("Please go back and try again.")
    case .unavailable(let message):
      (status, name) = (503, "unavailable")
      title = message.phrase()
      advice = tr("Nothing was lost. Please try again in a moment.")
      retryAfter = 5
    }
    self.errors = errors
    self.retryAfter = retryAfter
    self.subject = subject
  }

  /// Whether some of what was sent may be kept already, so that nobody is told otherwise.
  private var mayBeStored: Bool { name == "unavailable" || name == "changed-after-sending" }

  /// What to do next with a form that is shown again.
  var whatNext: HTML {
    switch name {
    case "sign-in-needed":
      tr(
        "Nothing is lost: {signIn} in another tab, then send this again.",
        html: ["signIn": "<a href=\"/sign-in\" target=\"_blank\" rel=\"noopener\">\(tr("sign in"))</a>"])
    case _ where mayBeStored: "\(advice)"
    case "too-many": "\(advice)"
    default: "\(tr("Nothing was stored yet. Look at what you typed, and send it again."))"
    }
  }

  /// Something we did not foresee.
  static var unexpected: Problem {
    Problem(.unavailable(Message("Something went wrong on our side")))
  }

  var json: JSON {
    var members: [JSON.Object.Member] = [
      ("type", .string("urn:civil-society:problem:" + name)), ("title", .string(title.text)), ("status", .int(status)),
      ("detail", .string(advice.text)),
    ]
    if !errors.isEmpty {
      members.append(
        ("errors", .array(errors.map { ["field": .string($0.field), "message": .string($0.message.phrase().text)] })))
    }
    if let subject { members.append(("subject", .string(subject))) }
    return .object(JSON.Object(members))
  }

  package func answer(asJSON: Bool, for visit: Visit, assets: Assets) -> Answer {
    var answer: Answer
    if asJSON {
      answer = Answer(status: .init(code: status), type: "application/problem+json", body: Array(json.description.utf8))
    } else {
      answer = .page(page(typed: visit.form).html(for: visit, assets: assets), status: .init(code: status))
    }
    setRetryAfter(in: &answer)
    if status == 401, asJSON { answer.headers[.wwwAuthenticate] = "Bearer" }
    return answer
  }

  package func setRetryAfter(in answer: inout Answer) {
    if let retryAfter { answer.headers[.retryAfter] = String(retryAfter) }
  }

  private func page(typed form: Form) -> Page {
    let typed = form.fields.filter { Self.isWorthKeeping($0.name, $0.value) }
    return Page(
      title,
      """
      <h1>\(title)</h1>
      <p class="lead">\(advice)</p>
      \(if: !errors.isEmpty, "<ul>\(each: errors, { "<li>\($0.message.phrase())</li>" })</ul>")
      \(if: !typed.isEmpty, kept(typed.map(\.value)))
      <p class="actions"><a class="button" href="/">\(tr("Go to the first page"))</a>
      <a class="button quiet" href="/needs">\(tr("See the needs"))</a></p>
      """)
  }

  /// What was typed into a form that cannot be shown again, so that it can be copied.
  private func kept(_ texts: [String]) -> HTML {
    """
    <h2>\(tr("What you typed"))</h2>
    \(if: !mayBeStored, "<p>\(tr("It was not stored. Copy it before you leave this page."))</p>")
    \(each: texts, { "<p class=\"words\" dir=\"auto\">\($0)</p>\n" })
    """
  }

  /// Sentences are, in letters that know no spaces too; choices and hidden values are not, and secrets are never shown.
  private static func isWorthKeeping(_ name: String, _ value: String) -> Bool {
    let isSecret = FormField.secrets.contains(name)
    return !isSecret && name != FormField.formID && value.utf8.contains { $0 == 0x20 || $0 == 0x0A || $0 >= 0x80 }
  }
}
