public import Kernel
public import Localization

/// The fields of a form being shown: what was typed, and what is wrong with it.
public struct FormView: Sendable {
  public let form: Form
  public let errors: [FieldError]
  public let formID: String
  /// What the form answered as a whole, where no field is to blame.
  private let problem: Problem?

  /// - Parameters:
  ///   - form: what was typed; empty for a new form.
  ///   - error: what the form answered, when it is shown again.
  public init(_ visit: Visit, form: Form = Form(), error: DomainError? = nil) {
    self.form = form
    // What may have been stored already is recognized by the id it came with.
    if case .unavailable? = error {
      formID = form.first(FormField.formID) ?? visit.formID
    } else {
      formID = visit.formID
    }
    if case .invalid(let errors)? = error {
      (self.errors, problem) = (errors, nil)
    } else {
      (errors, problem) = ([], error.map(Problem.init))
    }
  }

  private init(formID: String) {
    (form, errors, self.formID, problem) = (Form(), [], formID, nil)
  }

  /// A form beside the one that was sent: nothing is typed in it, and nothing wrong with it.
  public var untouched: FormView { FormView(formID: formID) }

  /// Whether it was refused although every field may be right: something changed meanwhile.
  public var isStale: Bool { problem?.name == "conflict" || problem?.name == "changed-after-sending" }

  /// What went wrong, with a link to each field, at the top of the form. Nothing when nothing did. Every form shows it.
  public var summary: HTML {
    if let problem {
      return """
        <div class="problem" role="alert" id="problem">
        <h2>\(problem.title)</h2>
        <p>\(problem.whatNext)</p>
        </div>
        """
    }
    guard !errors.isEmpty else { return "" }
    return """
      <div class="problem" role="alert" id="problem">
      <h2>\(tr("Please look at this again"))</h2>
      <ul>\(each: errors, { "<li><a href=\"#\($0.field)\">\($0.message.phrase())</a></li>" })</ul>
      </div>
      """
  }

  /// The hidden field that makes the form ours, and counts it once.
  public var hidden: HTML {
    "<input type=\"hidden\" name=\"\(FormField.formID)\" value=\"\(formID)\">"
  }

  /// A line of text.
  /// - Parameters:
  ///   - type: of the input: `text`, `email`, `tel`, `password`, `search`, `url`, `date`.
  ///   - autocomplete: the token of the HTML Standard §4.10.18.7 that names what is asked.
  public func line(
    _ name: String, _ label: Phrase, hint: Phrase? = nil, type: String = "text", autocomplete: String = "off",
    isRequired: Bool = false,
    value: String? = nil, inputMode: String? = nil
  ) -> HTML {
    let kept = type == "password" ? "" : form.first(name) ?? value ?? ""
    return field(
      name, label, hint,
      """
      <input id="\(name)" name="\(name)" type="\(type)" value="\(kept)" autocomplete="\(autocomplete)"\
      \(maybe: inputMode, { " inputmode=\"\($0)\"" })\(if: isRequired, " required")\(described(name, hint))>
      """)
  }

  /// A file to choose. Its form is sent as `multipart/form-data`; browsers do not keep the choice when the page is shown again.
  /// - Parameter types: extensions and types that the browser offers first, as in `.csv,text/csv`.
  public func file(_ name: String, _ label: Phrase, hint: Phrase? = nil, types: String) -> HTML {
    field(name, label, hint, "<input id=\"\(name)\" name=\"\(name)\" type=\"file\" accept=\"\(types)\"\(described(name, hint))>")
  }

  /// Several lines of text.
  public func lines(
    _ name: String, _ label: Phrase, hint: Phrase? = nil, rows: Int = 6, isRequired: Bool = false, value: String? = nil
  )
    -> HTML
  {
    field(
      name, label, hint,
      """
      <textarea id="\(name)" name="\(name)" rows="\(rows)" dir="auto"\(if: isRequired, " required")\(described(name, hint))>
      \(form.first(name) ?? value ?? "")</textarea>
      """)
  }

  /// One of several, in a list that opens.
  public func choice(
    _ name: String, _ label: Phrase, hint: Phrase? = nil, _ options: [(value: String, label: String)], value: String? = nil
  )
    -> HTML
  {
    let chosen = form.first(name) ?? value ?? ""
    return field(
      name, label, hint,
      """
      <select id="\(name)" name="\(name)"\(described(name, hint))>
      \(each: options, { "<option value=\"\($0.value)\"\(if: $0.value == chosen, " selected")>\($0.label)</option>\n" })</select>
      """)
  }

  /// One of a few, all in sight.
  public func radios(
    _ name: String, _ legend: Phrase, hint: Phrase? = nil, _ options: [(value: String, label: Phrase)], value: String? = nil
  )
    -> HTML
  {
    let chosen = form.first(name) ?? value ?? ""
    return group(
      name, legend, hint,
      options.map { option in
        """
        <label class="pick"><input type="radio" name="\(name)" value="\(option.value)"\(if: option.value == chosen, " checked")> \(option.label)</label>
        """
      })
  }

  /// Any of a few, all in sight.
  public func checks(
    _ name: String, _ legend: Phrase, hint: Phrase? = nil, _ options: [(value: String, label: Phrase)], values: [String] = []
  )
    -> HTML
  {
    let chosen = Set(form.fields.isEmpty ? values : form.all(name))
    return group(
      name, legend, hint,
      options.map { option in
        """
        <label class="pick"><input type="checkbox" name="\(name)" value="\(option.value)"\(if: chosen.contains(option.value), " checked")> \(option.label)</label>
        """
      })
  }

  /// A single yes.
  public func check(_ name: String, _ label: Phrase, isChecked: Bool = false) -> HTML {
    let isOn = form.fields.isEmpty ? isChecked : form.isChecked(name)
    return """
      <div class="field\(if: !errors(of: name).isEmpty, " wrong")">
      \(complaint(name))<label class="pick"><input id="\(name)" type="checkbox" name="\(name)" value="1"\(if: isOn, " checked")\(described(name, nil))> \(label)</label>
      </div>
      """
  }

  private func field(_ name: String, _ label: Phrase, _ hint: Phrase?, _ input: HTML) -> HTML {
    """
    <div class="field\(if: !errors(of: name).isEmpty, " wrong")">
    <label for="\(name)">\(label)</label>
    \(maybe: hint, { "<p class=\"hint\" id=\"\(name)-hint\">\($0)</p>\n" })\(complaint(name))\(input)
    </div>
    """
  }

  private func group(_ name: String, _ legend: Phrase, _ hint: Phrase?, _ picks: [HTML]) -> HTML {
    """
    <fieldset class="field\(if: !errors(of: name).isEmpty, " wrong")" id="\(name)"\(described(name, hint))>
    <legend>\(legend)</legend>
    \(maybe: hint, { "<p class=\"hint\" id=\"\(name)-hint\">\($0)</p>\n" })\(complaint(name))\(each: picks, { "\($0)\n" })</fieldset>
    """
  }

  private func errors(of name: String) -> [FieldError] { errors.filter { $0.field == name } }

  private func complaint(_ name: String) -> HTML {
    let found = errors(of: name)
    guard !found.isEmpty else { return "" }
    return "<p class=\"complaint\" id=\"\(name)-complaint\">\(each: found, { "\($0.message.phrase()) " })</p>\n"
  }

  private func described(_ name: String, _ hint: Phrase?) -> HTML {
    let isWrong = !errors(of: name).isEmpty
    let ids = (hint == nil ? [] : ["\(name)-hint"]) + (isWrong ? ["\(name)-complaint"] : [])
    guard !ids.isEmpty else { return "" }
    return " aria-describedby=\"\(ids.joined(separator: " "))\"\(if: isWrong, " aria-invalid=\"true\"")"
  }
}
