import Kernel
public import Localization
public import People
public import Web

/// The questions to whoever speaks for others: who said it, and how.
public enum ProvenanceFields {
  /// Who said it. Names are encrypted where they are kept.
  public static func who(_ fields: FormView, isRequired: Bool = true) -> HTML {
    """
    \(fields.line("provenance.statedBy", tr("Who said it?"), isRequired: isRequired))
    \(fields.line("provenance.relation", tr("What are they to the group?"), hint: tr("Its treasurer, a mother of the school, the village elder."), isRequired: isRequired))
    """
  }

  /// How it was said, and when.
  /// - Parameter agreement: what is asked about their agreement.
  public static func way(_ fields: FormView, agreement: Phrase) -> HTML {
    """
    \(fields.radios("provenance.how", tr("How did they tell you?"), Provenance.How.allCases.map { (value: $0.rawValue, label: $0.label) }))
    \(fields.radios("provenance.consent", agreement, Provenance.Consent.allCases.map { (value: $0.rawValue, label: $0.label) }))
    \(fields.line("provenance.at", tr("On which day?"), hint: tr("Leave it empty for today."), type: "date"))
    """
  }

  /// What is asked when something is written down for a group.
  public static var toWritingDown: Phrase { tr("How did they agree to its being written down here?") }
}

extension ProvenanceStatement {
  /// What was answered to these questions.
  public init(_ form: Form) {
    self.init(
      statedBy: form.text("provenance.statedBy"), relation: form.text("provenance.relation"),
      how: form.first("provenance.how") ?? "", consent: form.first("provenance.consent") ?? "",
      at: form.first("provenance.at") ?? "")
  }
}
