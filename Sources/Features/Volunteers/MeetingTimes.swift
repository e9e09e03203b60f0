import Database
import Kernel
import People

/// When facilitators meet groups again.
enum MeetingTimes {
  static func next(of organization: ID<Organization>, _ connection: any SQLConnection) throws -> Timestamp? {
    nil
  }
}
