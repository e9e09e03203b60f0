import Kernel

/// The address of a volunteer's record: it holds a signature, so nobody can guess or make one.
enum VolunteeringRecord {
  static func path(of offer: ID<Offer>, keys: KeyRing) -> String {
    "/records/\(offer.rawValue)/\(Base64URL.encode(signature(of: offer, keys.subkey(.record))))"
  }

  /// Made with any key of the ring: a printed address outlives a change of keys.
  static func accepts(_ text: String, of offer: ID<Offer>, keys: KeyRing) -> Bool {
    guard let bytes = Base64URL.decode(text) else { return false }
    return keys.subkeys(.record).reduce(false) { found, key in constantTimeEquals(signature(of: offer, key), bytes) || found }
  }

  private static func signature(of offer: ID<Offer>, _ key: SecretKey) -> [UInt8] {
    Array(key.hmac(Array(offer.rawValue.utf8)).prefix(16))
  }
}
