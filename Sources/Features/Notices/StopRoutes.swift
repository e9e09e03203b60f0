import Database
import HTTPTypes
import Journal
import Kernel
import Messaging
import Web

/// Stopping mails without signing in (RFC 8058).
extension NoticesFeature {
  var stopRoutes: [Route] {
    [
      // Programs that look through mails follow every link in them, so opening the page changes nothing.
      .page("/mail/stop/{token}") { visit in try await stopPage(visit) },
      // Mail programs send this by themselves, with no cookie and no form of ours: the address alone is what they show.
      .open(.post, "/mail/stop/{token}") { visit in try await setStopped(true, visit) },
      .open(.post, "/mail/stop/{token}/undo") { visit in try await setStopped(false, visit) },
    ]
  }

  private func stopPage(_ visit: Visit) async throws -> Answer {
    let (token, keys) = (try visit.parameter("token"), node.keys)
    let isStopped = try await node.read { connection in
      let person = try StopMail.person(token, keys: keys, connection)
      return try MailPreferenceStore(connection).preferences(of: person).stoppedAt != nil
    }
    return .page((isStopped ? NoticePages.stopped(token) : NoticePages.stop(token)).html(for: visit, assets: assets))
  }

  private func setStopped(_ isStopped: Bool, _ visit: Visit) async throws -> Answer {
    let stop = StopMail(token: try visit.parameter("token"), isStopped: isStopped)
    try await node.act(as: visit.actor) { act in try stop(in: act) }
    let page = isStopped ? NoticePages.stopped(stop.token) : NoticePages.resumed(stop.token)
    return .page(page.html(for: visit, assets: assets))
  }
}
