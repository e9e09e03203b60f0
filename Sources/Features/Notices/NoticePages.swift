import Foundation
import Localization
import Messaging
public import Web

/// How somebody is told, and how they say that they have enough. Pure: values in, pages out.
public enum NoticePages {
  /// Where the page about me leads on to these pages.
  public static var link: HTML {
    """
    <p><a href="/me/notices">\(tr("Choose how you hear of what is new: by mail, and in your calendar"))</a></p>
    """
  }

  /// Everything the page about mails shows.
  struct Preferences {
    let preferences: MailPreferences
    /// Whether they have confirmed an address.
    let isReached: Bool
    /// Nil as long as they have wanted none.
    let calendarAddress: String?
  }

  static func preferences(_ view: Preferences, _ fields: FormView, languages: [Language]) -> Page {
    let preferences = view.preferences
    return Page(
      tr("How I hear of what is new"),
      """
      <div class="narrow"><h1>\(tr("How I hear of what is new"))</h1>
      <p>\(tr("What you are told here waits for you on your page. A mail can tell you that it is there. It holds no names and nothing that anybody said."))</p>
      \(state(view))
      <form method="post" action="/me/notices">
      \(fields.summary)\(fields.hidden)
      \(fields.radios("rhythm", tr("When shall mails come?"), rhythms, value: preferences.stoppedAt == nil ? preferences.rhythm.rawValue : "never"))
      \(fields.choice("hour", tr("The hour of the daily mail"), hours, value: String(preferences.hour)))
      \(fields.choice("timeZone", tr("Whose clock counts"), hint: tr("Choose the large town nearest to you in the same country."), zones, value: preferences.timeZone ?? "UTC"))
      \(fields.choice("language", tr("The language of the mails"), languages.map { ($0.tag, $0.name) }, value: (preferences.language ?? Localization.current.language).tag))
      <div class="actions"><button>\(tr("Save"))</button> <a href="/me">\(tr("Leave it as it is"))</a></div>
      </form>
      \(calendar(view.calendarAddress, fields))</div>
      """)
  }

  /// Why nothing comes, where nothing comes.
  private static func state(_ view: Preferences) -> HTML {
    let link: HTML = "<a href=\"/me/email\">\(tr("E-mail address"))</a>"
    if view.preferences.refusedAt != nil {
      return
        "<p class=\"notice warning\">\(tr("Mail to your address came back, so we send no more there until you have confirmed one again.")) \(link)</p>"
    }
    if !view.isReached {
      return "<p class=\"notice\">\(tr("No mail comes yet: you have given no address, or have not confirmed it.")) \(link)</p>"
    }
    return view.preferences.stoppedAt == nil
      ? "" : "<p class=\"notice\">\(tr("You have stopped the mails. Choose when they shall come to have them again."))</p>"
  }

  private static var rhythms: [(value: String, label: Phrase)] {
    MailPreferences.Rhythm.allCases.map { rhythm in
      switch rhythm {
      case .daily: (rhythm.rawValue, tr("Once a day, when there is something that I have not seen"))
      case .atOnce: (rhythm.rawValue, tr("At once; what can wait is gathered for ten minutes"))
      case .never: (rhythm.rawValue, tr("Never"))
      }
    }
  }

  private static var hours: [(value: String, label: String)] { (0...23).map { (String($0), $0 < 10 ? "0\($0):00" : "\($0):00") } }

  private static var zones: [(value: String, label: String)] {
    ChooseMailPreferences.timeZones.map { ($0, $0.replacing("_", with: " ")) }
  }

  private static func calendar(_ address: String?, _ fields: FormView) -> HTML {
    """
    <h2 id="calendar">\(tr("My dates in my calendar"))</h2>
    <p>\(tr("Give this address to your calendar program, and it shows the dates of what you take part in. Whoever knows the address can see them too."))</p>
    \(maybe: address, { "<p><code dir=\"ltr\">\($0)</code></p>" })
    <form method="post" action="/me/notices/calendar" class="actions">\(fields.hidden)
    \(if: address == nil, "<button>\(tr("Make an address"))</button>")
    \(if: address != nil, "<button class=\"quiet\">\(tr("Make a new address; this one stops working"))</button>")
    </form>
    """
  }

  // MARK: - Stopping, without signing in

  static func stop(_ token: String) -> Page {
    Page(
      tr("No more mails?"),
      """
      <div class="narrow"><h1>\(tr("No more mails?"))</h1>
      <p>\(tr("You then get no more mails about what is new for you. What you are told still waits for you on your page, and a link to sign in still comes when you ask for one."))</p>
      <form method="post" action="\(url: "/mail/stop/\(token)")" class="actions"><button>\(tr("Send me no more of them"))</button></form></div>
      """)
  }

  static func stopped(_ token: String) -> Page {
    Page(
      tr("No more mails will come"),
      """
      <div class="narrow"><h1>\(tr("No more mails will come"))</h1>
      <p>\(tr("What you are told still waits for you on your page."))</p>
      <form method="post" action="\(url: "/mail/stop/\(token)/undo")" class="actions"><button class="quiet">\(tr("That was a mistake: send them again"))</button></form></div>
      """)
  }

  static func resumed(_ token: String) -> Page {
    Page(
      tr("The mails will come again"),
      """
      <div class="narrow"><h1>\(tr("The mails will come again"))</h1>
      <p>\(tr("They come as they did before."))</p>
      <form method="post" action="\(url: "/mail/stop/\(token)")" class="actions"><button class="quiet">\(tr("Send me no more of them"))</button></form></div>
      """)
  }
}
