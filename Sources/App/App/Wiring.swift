import Needs
import Prescriptions

/// Who tells whom: the ports of the features, filled.
enum Wiring {
  /// A need that is stated or corrected is prescribed for: looked up before the transaction, kept inside it.
  static func needs(_ prescriber: Prescriber) -> NeedsFeature.Ports {
    NeedsFeature.Ports(asked: { question in
      let draft = prescriber.draft(question)
      return { act, need in try draft.keep(for: need, in: act) }
    })
  }
}
