/// Why a handover was not written or not taken, and, in `description`, what to do about it.
public enum HandoverError: Error, Sendable, Equatable, CustomStringConvertible {
  case exists(path: String)
  case file(path: String, reason: String)
  case notAHandover(path: String)
  case unknownFormat(path: String, found: String)
  /// It was changed, cut or put together from parts.
  case damaged(path: String)
  /// It is sealed for another node.
  case otherNode(path: String, node: String, here: String)
  /// It is sealed for this node with a key that is no longer in the key file.
  case unknownKey(path: String)
  /// It opens, and yet it is not signed by the node from which it claims to come.
  case notSigned(path: String)
  /// It was made by this node itself.
  case own(path: String)
  /// It comes from another node than was expected.
  case otherSender(path: String, node: String, expected: String)
  case noAddress(text: String)
  case ownAddress
  /// Nobody has said to whom, and it was never said before.
  case noReceiver
  case noScope(text: String)
  case noOrganization(id: String)
  case nothing(scope: String, node: String)
  case noSuchReceipt

  /// For the operator: what is wrong, and the remedy.
  public var description: String {
    switch self {
    case .exists(let path): "There is a file \(path) already, and it is not overwritten. Give another name."
    case .file(let path, let reason):
      "The file \(path) cannot be read or written (\(reason)). Put that right and run the same command again: nothing is lost, and nothing is taken twice."
    case .notAHandover(let path):
      "\(path) is not a file made by `civil export handover`. Nothing was taken. Look for the right one."
    case .unknownFormat(let path, let found):
      "The handover \(path) has format \(found), which this version does not know. Nothing was taken. Install a newer version of civil."
    case .damaged(let path):
      "The handover \(path) is damaged: it was changed or cut short on its way. Nothing was taken. Copy it again, or write it again on the other machine: it holds the same records again."
    case .otherNode(let path, let node, let here):
      "The handover \(path) is for the node \(node), and this is the node \(here). Nothing was taken. Import it there; nobody else can open it."
    case .unknownKey(let path):
      "The handover \(path) is for this node, but sealed to a key that is not in its key file. Nothing was taken. Name the right key file with --keys, or write the handover again, for the address that `civil handover address` prints now."
    case .notSigned(let path):
      "The handover \(path) is not signed by the node it claims to come from. Nothing was taken. Find out who made it."
    case .own(let path): "The handover \(path) was made by this node itself. Nothing was taken. Import it on the node it is for."
    case .otherSender(let path, let node, let expected):
      "The handover \(path) comes from the node \(node), and not from \(expected). Nothing was taken. Find out whose it is."
    case .noAddress(let text):
      "“\(text)” is no address of a node, or a letter of it is wrong. Run `civil handover address` on the other node, and give what it prints, or a file with it."
    case .ownAddress:
      "This is the address of this node itself. Give the one that `civil handover address` prints on the other node."
    case .noReceiver:
      "Say for which node: --to ADDRESS, or --to FILE. `civil handover address` prints the address on the other node."
    case .noScope(let text): "“\(text)” is no scope. Write node, country:CL or organization:ID."
    case .noOrganization(let id): "There is no organization \(id) here that can be handed over."
    case .nothing(let scope, let node):
      "There is nothing to hand over to the node \(node) (\(scope)): all of it has arrived there already, or nothing was stated here."
    case .noSuchReceipt: "No handover of this node has this receipt. Look at it again: O is read as 0, and I and L as 1."
    }
  }
}
