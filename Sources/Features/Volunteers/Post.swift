public import Database
public import Kernel

/// Something that was said between the two sides of an offer.
public struct Post: Sendable, Equatable {
  public enum Kind: String, Sendable, CaseIterable, SQLCodable {
    case message
    /// How far the work has come.
    case progress
  }

  public let id: ID<Post>
  public let offer: ID<Offer>
  public let side: Offer.Side
  /// As `Actor.reference`.
  public let author: String
  /// Said by a facilitator in the name of the group.
  public let isForGroup: Bool
  public let kind: Kind
  public let words: String
  /// BCP 47; `und` when nobody knows.
  public let language: String
  /// The same in another language or in plainer words, by a facilitator; beside the words, never over them.
  public var rendering: String?
  public var renderingLanguage: String?
  public let createdAt: Timestamp

  public static let longestWords = 4_000
  public static let mostPosts = 1_000
}

/// A file that was sent with a post.
public struct PostFile: Sendable, Equatable {
  public let id: ID<PostFile>
  public let post: ID<Post>
  public let name: String
  /// A media type that browsers only show or save, never run.
  public let type: String
  public let size: Int
  public let expiresAt: Timestamp

  /// Bytes.
  public static let largest = 2 * 1024 * 1024
  public static let mostPerPost = 3
  public static let mostPerOffer = 60
  /// For how long a file is kept.
  public static let kept = Timestamp.Interval.days(90)
}

/// The SQL about what is said in offers.
public struct PostStore {
  private let connection: any SQLConnection

  public init(_ connection: any SQLConnection) {
    self.connection = connection
  }

  /// Everything that was said, the oldest first.
  public func posts(of offer: ID<Offer>) throws -> [Post] {
    try connection.query("SELECT * FROM offer_posts WHERE offer = \(offer) ORDER BY created_at, id").map(Post.init)
  }

  func count(of offer: ID<Offer>) throws -> Int {
    try connection.value("SELECT COUNT(*) FROM offer_posts WHERE offer = \(offer)") ?? 0
  }

  func find(_ id: ID<Post>) throws -> Post? {
    try connection.first("SELECT * FROM offer_posts WHERE id = \(id)").map(Post.init)
  }

  func insert(_ post: Post) throws {
    try connection.execute(
      """
      INSERT INTO offer_posts (id, offer, side, author, is_for_group, kind, words, language, rendering, rendering_language, created_at)
      VALUES (\(post.id), \(post.offer), \(post.side), \(post.author), \(post.isForGroup), \(post.kind), \(post.words),
        \(post.language), \(post.rendering), \(post.renderingLanguage), \(post.createdAt))
      """)
  }

  func setRendering(_ text: String, language: String, of post: ID<Post>) throws {
    try connection.execute(
      "UPDATE offer_posts SET rendering = \(text), rendering_language = \(language) WHERE id = \(post)")
  }

  // MARK: - Files

  /// What was sent along, without its content.
  public func files(of offer: ID<Offer>) throws -> [PostFile] {
    try connection.query(
      "SELECT id, post, name, type, size, expires_at FROM offer_files WHERE offer = \(offer) ORDER BY id"
    ).map(PostFile.init)
  }

  func countFiles(of offer: ID<Offer>) throws -> Int {
    try connection.value("SELECT COUNT(*) FROM offer_files WHERE offer = \(offer)") ?? 0
  }

  func insert(_ file: PostFile, content: [UInt8], of offer: ID<Offer>) throws {
    try connection.execute(
      """
      INSERT INTO offer_files (id, post, offer, name, type, content, size, expires_at)
      VALUES (\(file.id), \(file.post), \(offer), \(file.name), \(file.type), \(content), \(file.size), \(file.expiresAt))
      """)
  }

  public func content(of file: ID<PostFile>, in offer: ID<Offer>, at now: Timestamp) throws -> (file: PostFile, content: [UInt8])?
  {
    try connection.first("SELECT * FROM offer_files WHERE id = \(file) AND offer = \(offer) AND expires_at > \(now)").map { row in
      (try PostFile(row), try row["content"])
    }
  }

  /// - Returns: how many had come to their end.
  func deleteExpired(at now: Timestamp) throws -> Int {
    try connection.execute("DELETE FROM offer_files WHERE expires_at <= \(now)")
  }
}

extension Post {
  init(_ row: SQLRow) throws {
    self.init(
      id: try row["id"], offer: try row["offer"], side: try row["side"], author: try row["author"],
      isForGroup: try row["is_for_group"], kind: try row["kind"], words: try row["words"], language: try row["language"],
      rendering: try row["rendering"], renderingLanguage: try row["rendering_language"], createdAt: try row["created_at"])
  }
}

extension PostFile {
  init(_ row: SQLRow) throws {
    self.init(
      id: try row["id"], post: try row["post"], name: try row["name"], type: try row["type"], size: try row["size"],
      expiresAt: try row["expires_at"])
  }
}
