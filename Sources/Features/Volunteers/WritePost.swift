import Database
import Jobs
public import Journal
public import Kernel
import Localization
import Messaging
import Needs

/// A file as it arrived.
public struct SentFile: Sendable, Equatable {
  public let name: String
  public let bytes: [UInt8]

  public init(name: String, bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
  }
}

/// One side says something to the other, or how far it has come; a facilitator in the name of her group.
public struct WritePost: Sendable {
  let offer: ID<Offer>
  let words: Text
  let language: String
  let kind: Post.Kind
  let files: [SentFile]

  public init(_ offer: ID<Offer>, words: Text, language: String, kind: Post.Kind = .message, files: [SentFile] = []) {
    self.offer = offer
    self.words = words
    self.language = language
    self.kind = kind
    self.files = files
  }

  /// - Throws: `DomainError.notFound`; `DomainError.conflict` where nothing can be said any more; `DomainError.invalid`.
  public func callAsFunction(in act: Act) throws -> Post {
    var (offer, need, side) = try act.offer(offer)
    let store = PostStore(act.connection)
    // Afterwards too: thanks and questions come late.
    guard offer.state.isLive || offer.state == .completed else {
      throw DomainError.conflict(Message("This is over: nothing more can be said here."))
    }
    // Whoever does not want to hear of the other any more hears nothing.
    if let person = offer.person, try OfferStore(act.connection).isBlocked(offer.organization, person) {
      throw DomainError.conflict(Message("This is over: nothing more can be said here."))
    }
    guard try store.count(of: offer.id) < Post.mostPosts else {
      throw DomainError.conflict(Message("So much was said here that nothing more fits. Please go on in another way."))
    }
    var check = FieldCheck()
    let words = try check.take { try self.words.checked("words", atMost: Post.longestWords, lines: true) }
    let sent = try check.take { try files.map { try FileKind.checked($0, field: "file") } }
    if try files.count > PostFile.mostPerPost || store.countFiles(of: offer.id) + files.count > PostFile.mostPerOffer {
      check.complain("file", Message("These are too many files: three fit with one message."))
    }
    try check.finish()
    guard let words, let sent else { throw DomainError.notFound }

    let post = Post(
      id: act.newID(), offer: offer.id, side: side, author: act.actor.reference,
      isForGroup: side == .organization && !NeedPolicy.isOwn(act.actor, need), kind: kind, words: words,
      language: Language(language)?.tag ?? "und", rendering: nil, renderingLanguage: nil, createdAt: act.now)
    try store.insert(post)
    for (file, kind) in sent {
      try store.insert(
        PostFile(
          id: act.newID(), post: post.id, name: FileKind.name(file.name, as: kind), type: kind.mediaType, size: file.bytes.count,
          expiresAt: act.now + PostFile.kept), content: file.bytes, of: offer.id)
    }
    (offer.signedAt, offer.signedBy) = (act.now, side)
    // An offer that waits has one deadline, whoever writes; where they work together, it is the other's turn now.
    if offer.state == .accepted { offer.remindedAt = nil }
    offer = try act.store(offer, "written")
    if offer.state == .accepted, kind == .progress || side == .volunteer, need.state == .matched {
      need = try act.move(need, to: .inProgress, event: "begun")
    }
    let code = ["code": need.code.description]
    switch side {
    case .volunteer:
      try act.tellGroup(offer, need, Message("There is a new message about {code}.", code), key: "post \(post.id.rawValue)")
    case .organization:
      try act.tellVolunteer(offer, need, Message("There is a new message about {code}.", code), key: "post \(post.id.rawValue)")
    }
    return post
  }
}

/// A facilitator says in another language, or more plainly, what somebody wrote: beside it, never over it.
public struct RenderPost: Sendable {
  let id: ID<Post>
  let offer: ID<Offer>
  let words: Text
  let language: String

  public init(_ id: ID<Post>, of offer: ID<Offer>, words: Text, language: String) {
    self.id = id
    self.offer = offer
    self.words = words
    self.language = language
  }

  public func callAsFunction(in act: Act) throws {
    let (offer, need, _) = try act.offer(offer)
    guard NeedPolicy.mayTriage(act.actor, need), let post = try PostStore(act.connection).find(id), post.offer == offer.id else {
      throw DomainError.notFound
    }
    let words = try words.checked("rendering", atMost: Post.longestWords, lines: true)
    guard let language = Language(language), language.isAssigned else {
      throw DomainError.invalid("language", Message("A language is named by its code, such as en, es or ht."))
    }
    try PostStore(act.connection).setRendering(words, language: language.tag, of: id)
    try act.record(Event("volunteers", "rendered", subject: offer.id.rawValue))
  }
}

/// One side says whether the other may see its contact details. They are shown only while both say yes.
public struct ShareContact: Sendable {
  let offer: ID<Offer>
  let isShared: Bool

  public init(_ offer: ID<Offer>, _ isShared: Bool) {
    self.offer = offer
    self.isShared = isShared
  }

  public func callAsFunction(in act: Act) throws {
    var (offer, need, side) = try act.offer(offer)
    guard offer.state == .accepted || !isShared else {
      throw DomainError.conflict(Message("Contact details are shown only while you work together."))
    }
    guard !offer.isMinor || !isShared else {
      throw DomainError.conflict(
        Message("Somebody under 18 takes part: everything is said here, where the safeguarding lead reads along."))
    }
    let before = offer.sharesContacts
    switch side {
    case .volunteer: offer.volunteerShares = isShared
    case .organization: offer.organizationShares = isShared
    }
    offer = try act.store(offer, isShared ? "contactShared" : "contactWithdrawn")
    guard offer.sharesContacts, !before else { return }
    let message = Message("You both agreed: now you see how to reach each other about {code}.", ["code": need.code.description])
    try act.tellVolunteer(offer, need, message, key: "contacts")
    try act.tellGroup(offer, need, message, key: "contacts")
  }
}

/// One side says that something is wrong, and may not want to have to do with the other any more.
public struct ReportOffer: Sendable {
  let offer: ID<Offer>
  let words: Text
  let isBlocking: Bool

  public init(_ offer: ID<Offer>, words: Text, isBlocking: Bool) {
    self.offer = offer
    self.words = words
    self.isBlocking = isBlocking
  }

  public func callAsFunction(in act: Act) throws {
    let (offer, need, side) = try act.offer(offer)
    let words = try words.checked("report", atMost: Report.longestWords, lines: true)
    let store = OfferStore(act.connection)
    try store.insertReport(act.newID(), of: offer.id, by: side, words: words, at: act.now)
    try act.record(Event("volunteers", "reported", subject: offer.id.rawValue))
    guard isBlocking, let person = offer.person else { return }
    try store.block(offer.organization, person, by: side, at: act.now)
    if offer.state.isLive { try act.end(offer, need, because: side == .volunteer ? .takenBack : .stopped) }
  }
}

/// A moderator has looked into a report.
public struct SettleReport: Sendable {
  let id: ID<Report>

  public init(_ id: ID<Report>) {
    self.id = id
  }

  public func callAsFunction(in act: Act) throws {
    guard act.actor.has(.moderator) else { throw DomainError.notFound }
    guard try OfferStore(act.connection).settle(id, by: act.actor.reference, at: act.now) else { throw DomainError.notFound }
    try act.record(Event("volunteers", "reportSettled", subject: id.rawValue))
  }
}
