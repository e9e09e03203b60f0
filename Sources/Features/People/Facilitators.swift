import Database
public import Kernel

extension AccountStore {
  /// Who may care for what lies in one of these scopes: its facilitators, those of the whole node, and administrators, by name.
  public func facilitators(in scopes: [String]) throws -> [(id: ID<Person>, name: String)] {
    try connection.query(
      """
      SELECT id, name FROM people WHERE id IN (
        SELECT person FROM grants WHERE role IN ('facilitator', 'administrator') AND scope IN \(list: [""] + scopes))
      ORDER BY name, id
      """
    ).map { (id: try $0[0], name: try $0[1]) }
  }

  /// The names of people, by id; whoever has left is missing.
  public func names(of people: some Collection<String>) throws -> [String: String] {
    let rows = try connection.query("SELECT id, name FROM people WHERE id IN \(list: Set(people))")
    return Dictionary(try rows.map { (try $0[0], try $0[1]) }, uniquingKeysWith: { first, _ in first })
  }
}
