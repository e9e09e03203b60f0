public import Kernel

/// Who may do and see what with tools.
public enum ToolPolicy {
  /// What is in the catalogue everybody sees; what waits or was refused, only those who decide.
  public static func maySee(_ actor: Actor, _ tool: Tool) -> Bool {
    tool.state == .published || mayModerate(actor)
  }

  /// Moderators and facilitators of the whole node. The catalogue is one for all, so a role in one camp or country is not enough.
  public static func mayModerate(_ actor: Actor) -> Bool {
    actor.has(.moderator) || actor.has(.facilitator)
  }

  /// Whoever runs the node brings in catalogues of others.
  public static func mayImport(_ actor: Actor) -> Bool {
    actor.has(.administrator)
  }
}
