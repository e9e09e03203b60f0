public import Localization

/// What can go wrong for somebody who uses the product. Each becomes one sentence for a person, a problem document (RFC 9457) for a
/// program and one text message for a phone.
public enum DomainError: Error, Sendable, Equatable {
  /// Some fields cannot be taken as they are. Nothing was stored.
  case invalid([FieldError])
  /// There is no such thing, or this actor may not know that there is.
  case notFound
  /// Somebody has to sign in first.
  case signInNeeded
  /// The actor is known and may not do this.
  case forbidden
  /// The thing changed meanwhile, or is in a state in which this cannot be done.
  case conflict(Message)
  /// The same idempotency key came with another body. `subject` is what the first one made.
  case changedAfterSending(subject: String)
  /// Too many attempts; `seconds` until the next is taken.
  case tooMany(seconds: Int)
  /// The request itself cannot be read.
  case malformed(Message)
  /// The service cannot do this at the moment.
  case unavailable(Message)

  /// One field that cannot be taken.
  public static func invalid(_ field: String, _ message: Message) -> DomainError {
    .invalid([FieldError(field: field, message: message)])
  }
}

/// What is wrong with one field of a form or of a JSON body.
public struct FieldError: Error, Sendable, Equatable {
  /// The field's name in the form; a path with dots in JSON.
  public let field: String
  public let message: Message

  public init(field: String, message: Message) {
    self.field = field
    self.message = message
  }
}

/// Collects what is wrong with several fields, so that a person sees all of it at once.
public struct FieldCheck {
  public private(set) var errors: [FieldError] = []

  public init() {}

  /// The value of `read`, or nil after its complaint was kept.
  /// - Throws: every error that is not about a field.
  public mutating func take<T>(_ read: () throws -> T) throws -> T? {
    do {
      return try read()
    } catch DomainError.invalid(let found) {
      errors += found
      return nil
    }
  }

  public mutating func complain(_ field: String, _ message: Message) {
    errors.append(FieldError(field: field, message: message))
  }

  /// - Throws: `DomainError.invalid` when anything was wrong.
  public func finish() throws {
    if !errors.isEmpty { throw DomainError.invalid(errors) }
  }
}
