import Kernel
import Localization
import People
import Web

/// Who cares for a need, and how that changes, on the need's desk page. Pure.
enum AssignmentPages {
  /// - Parameters:
  ///   - reader: the person who looks; nil for a program.
  ///   - colleagues: everybody who may care for it.
  static func section(
    _ need: Need, reader: String?, _ colleagues: [(id: ID<Person>, name: String)], _ fields: FormView
  ) -> HTML {
    guard DeskQueue.waits(need.state) || need.assignee != nil else { return fields.summary }
    let others = colleagues.filter { $0.id.rawValue != reader && $0.id.rawValue != need.assignee }
    return """
      \(fields.summary)
      <form method="post" action="\(url: path(need))" class="actions">\(fields.hidden)\(from(need))
      <span>\(who(need, reader, colleagues))</span>
      \(maybe: need.assignee == reader ? nil : reader, { "<button class=\"quiet\" name=\"to\" value=\"\($0)\">\(tr("I take this"))</button>" })
      \(if: need.assignee != nil, "<button class=\"quiet\" name=\"to\" value=\"\">\(need.assignee == reader ? tr("Give it back") : tr("Let nobody care for it"))</button>")
      </form>
      \(if: !others.isEmpty, give(need, others, fields))
      """
  }

  private static func path(_ need: Need) -> String { "/desk/\(need.code)/assignment" }

  private static func from(_ need: Need) -> HTML {
    "<input type=\"hidden\" name=\"from\" value=\"\(need.assignee)\">"
  }

  private static func who(_ need: Need, _ reader: String?, _ colleagues: [(id: ID<Person>, name: String)]) -> Phrase {
    guard let assignee = need.assignee else { return tr("Nobody cares for this need yet.") }
    guard assignee != reader else { return tr("You care for this need.") }
    let name = colleagues.first { $0.id.rawValue == assignee }?.name
    return name.map { tr("{name} cares for this need.", ["name": $0]) } ?? tr("Somebody else cares for this need.")
  }

  private static func give(_ need: Need, _ others: [(id: ID<Person>, name: String)], _ fields: FormView) -> HTML {
    """
    <details\(if: !fields.errors.isEmpty, " open")><summary>\(tr("Give it to somebody"))</summary>
    <form method="post" action="\(url: path(need))">\(fields.hidden)\(from(need))
    \(fields.choice("to", tr("Who cares for it from now on?"), hint: tr("They are told."), others.map { (value: $0.id.rawValue, label: $0.name) }))
    <button class="quiet">\(tr("Give it to them"))</button></form></details>
    """
  }
}
