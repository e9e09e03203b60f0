import HTTPTypes
import Kernel
public import Web

/// What is done with a person's browser.
public enum Browser {
  /// What kind of browser it is, in a word that a person recognises in the list of their sessions.
  public static func name(_ visit: Visit) -> String {
    let agent = visit.headers[.userAgent] ?? ""
    let browser = ["Firefox", "Edg", "OPR", "Chrome", "Safari"].first { agent.contains($0) }
    let system = ["Android", "iPhone", "iPad", "Windows", "Mac OS", "Linux"].first { agent.contains($0) }
    return [browser, system].compactMap { $0 }.joined(separator: ", ")
  }

  /// The cookie that holds a session's secret.
  public static func sessionCookie(_ secret: String, _ visit: Visit) -> Cookie {
    Cookie(
      CookieNames(isSecure: visit.isSecure).session, secret, maxAge: Int(Session.longest.milliseconds / 1000),
      isSecure: visit.isSecure)
  }

  /// Removes it.
  public static func noSession(_ visit: Visit) -> Cookie {
    Cookie(CookieNames(isSecure: visit.isSecure).session, "", maxAge: 0, isSecure: visit.isSecure)
  }
}
