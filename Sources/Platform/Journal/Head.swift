public import Database
public import Kernel

/// A signed statement that a journal reached a place: what is published, and kept outside the database.
public struct Head: Sendable, Equatable {
  /// The id of the node whose journal it is.
  public let node: String
  /// The last entry that is sealed.
  public let place: Position
  /// When it was sealed.
  public let at: Timestamp
  /// The seal's hash: 32 bytes.
  public let hash: [UInt8]
  /// The operator's word that what earlier heads know and the database lacks was lost in a restoration.
  public let isRestoration: Bool
  /// Ed25519: 64 bytes.
  public let signature: [UInt8]

  init(node: String, place: Position, at: Timestamp, hash: [UInt8], isRestoration: Bool, signature: [UInt8]) {
    self.node = node
    self.place = place
    self.at = at
    self.hash = hash
    self.isRestoration = isRestoration
    self.signature = signature
  }

  /// - Throws: when the signing key cannot be used.
  init(signing place: Position, at: Timestamp, hash: [UInt8], isRestoration: Bool = false, with keys: KeyRing) throws {
    let unsigned = Head(
      node: Node.id(of: keys.publicKey), place: place, at: at, hash: hash, isRestoration: isRestoration, signature: [])
    self.init(
      node: unsigned.node, place: place, at: at, hash: hash, isRestoration: isRestoration,
      signature: keys.sign(try unsigned.statement()))
  }

  /// The newest head of a journal; nil when nothing is sealed yet.
  public static func newest(of node: Node, _ connection: any SQLConnection) throws -> Head? {
    try Seal.newest(connection)?.head(of: node.id)
  }

  /// Whether the holder of this key has signed it as its own.
  /// - Parameter publicKey: 32 bytes.
  public func isSigned(by publicKey: [UInt8]) -> Bool {
    guard node == Node.id(of: publicKey), let statement = try? statement() else { return false }
    return KeyRing.isSignature(signature, of: statement, by: publicKey)
  }

  public var json: JSON {
    var json = unsigned
    json["signature"] = JSON(Hex.encode(signature))
    return json
  }

  /// Nil when it is no head.
  public init?(_ json: JSON) {
    guard let node = json["node"]?.string, let epoch = json["epoch"]?.int, let position = json["position"]?.int,
      let at = json["at"]?.int, let hash = json["hash"]?.string.flatMap({ Hex.decode($0) }),
      let signature = json["signature"]?.string.flatMap({ Hex.decode($0) })
    else { return nil }
    self.init(
      node: node, place: Position(epoch: Int64(epoch), position: Int64(position)), at: Timestamp(milliseconds: Int64(at)),
      hash: hash, isRestoration: json["restoration"]?.bool ?? false, signature: signature)
  }

  private var unsigned: JSON {
    var json: JSON = [
      "at": JSON(at.milliseconds), "epoch": JSON(place.epoch), "hash": JSON(Hex.encode(hash)), "node": JSON(node),
      "position": JSON(place.position),
    ]
    if isRestoration { json["restoration"] = true }
    return json
  }

  private func statement() throws -> [UInt8] {
    Array("civil-society journal head 1\n".utf8) + (try unsigned.encoded())
  }
}
