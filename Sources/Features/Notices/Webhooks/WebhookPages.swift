import Foundation
import Kernel
import Localization
import Messaging
import Web

/// Programs that hear what somebody is told. Pure: values in, pages out.
struct WebhookPages {
  /// By whose clock times are told.
  let timeZone: TimeZone

  func webhooks(_ views: [WebhookView], _ fields: FormView) -> Page {
    Page(
      tr("Programs that hear what I am told"),
      """
      <div class="narrow"><h1>\(tr("Programs that hear what I am told"))</h1>
      <p class="lead">\(tr("What you are told here can be sent to a program of yours at once (a webhook). It holds no names and nothing that anybody said."))</p>
      <form method="post" action="/me/webhooks">
      \(fields.summary)\(fields.hidden)
      \(fields.line("address", tr("Where does the program listen?"), hint: tr("An address that begins with https://"), type: "url", isRequired: true))
      <button>\(tr("Send it there"))</button></form>
      <h2>\(tr("Programs there are"))</h2>
      \(if: views.isEmpty, "<p>\(tr("None."))</p>")
      <ul class="cards">
      \(each: views, { card($0, fields) })</ul>
      <p><a href="/me/programs">\(tr("Programs that act for me"))</a></p></div>
      """)
  }

  /// The secret, shown once.
  static func added(_ address: String, _ secret: WebhookSecret) -> Page {
    Page(
      tr("It is sent there from now on"),
      """
      <h1>\(tr("It is sent there from now on"))</h1>
      <p class="notice">\(tr("Copy this secret now: it is not shown again. With it the program makes sure that something comes from here."))</p>
      <dl><dt dir="ltr">\(address)</dt><dd><code dir="ltr">\(secret.text)</code></dd></dl>
      <p><a class="button" href="/me/webhooks">\(tr("I have copied it"))</a></p>
      """)
  }

  private func card(_ view: WebhookView, _ fields: FormView) -> HTML {
    let isPaused = view.webhook.pause != nil
    return """
      <li class="card"><h3 dir="ltr">\(view.address)</h3>
      <p>\(Self.state(view.webhook))</p>
      \(if: !view.deliveries.isEmpty, "<ul class=\"meta\">\(each: view.deliveries, { "<li>\(line($0, isPaused: isPaused))</li>\n" })</ul>")
      <form method="post" action="/me/webhooks/test" class="actions">\(fields.hidden)<input type="hidden" name="webhook" value="\(view.webhook.id.rawValue)">
      \(if: !isPaused, "<button class=\"small\">\(tr("Send a test now"))</button> <button class=\"small quiet\" formaction=\"/me/webhooks/pause\">\(tr("Send nothing for now"))</button>")
      \(if: isPaused, "<button class=\"small\" formaction=\"/me/webhooks/resumption\">\(tr("Begin again"))</button>")
      <button class="small quiet" formaction="/me/webhooks/removal">\(tr("Remove it"))</button></form></li>

      """
  }

  private static func state(_ webhook: Webhook) -> Phrase {
    switch webhook.pause {
    case .owner: tr("You have stopped this one.")
    case .gone: tr("The program has said that it is gone, so nothing is sent there.")
    case .failing: tr("The program has taken nothing for days, so nothing is sent there.")
    case nil: webhook.failingSince == nil ? tr("In use") : tr("In use; the last try failed")
    }
  }

  /// What has become of one thing that was to be sent.
  private func line(_ delivery: WebhookDelivery, isPaused: Bool) -> HTML {
    let what = delivery.notice == nil ? tr("Test") : tr("News")
    let when = delivery.deliveredAt ?? delivery.triedAt ?? delivery.createdAt
    return """
      <time datetime="\(when.iso8601)">\(time(when))</time>: \(what). \(outcome(delivery)) \(if: !isPaused, next(delivery))
      """
  }

  private func outcome(_ delivery: WebhookDelivery) -> Phrase {
    if let status = delivery.status { return tr("The answer was {status}.", ["status": String(status)]) }
    switch delivery.failure {
    case .notPublic: return tr("The address is not on the internet.")
    case .notEncrypted: return tr("The connection could not be encrypted.")
    case .unreachable, .busy: return tr("Nobody answered.")
    case .tooSlow: return tr("The answer took too long.")
    case nil: return delivery.tries == 0 ? tr("It is being sent.") : tr("It is not known what was answered.")
    }
  }

  private func next(_ delivery: WebhookDelivery) -> HTML {
    if delivery.deliveredAt != nil || delivery.tries == 0 { return "" }
    guard let next = delivery.nextTry else { return "\(tr("It was given up."))" }
    return "\(tr("The next try is on {time}.", ["time": time(next)]))"
  }

  private func time(_ time: Timestamp) -> String {
    localizedDate(time.milliseconds, style: .dayAndTime, timeZone: timeZone)
  }
}
