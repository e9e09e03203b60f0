import Kernel
import Localization
public import Web

/// What pages say of needs that move from node to node.
extension NeedPages {
  /// A code was typed that means more than one need: which one?
  public static func sameCode(_ others: [Need]) -> HTML {
    guard !others.isEmpty else { return "" }
    return """
      <div class="notice"><p>\(tr("Another need came from another computer with the same code on its paper, and has a code of its own here. Is it that one?"))</p>
      <ul>\(each: others, { need in "<li><a href=\"\(url: "/needs/\(need.code)")\">\(need.code.description)</a> · \(need.state.label)</li>\n" })</ul></div>
      """
  }

  /// Instead of what can be done with a need at home here.
  public static func handedOver(_ need: Need) -> HTML {
    """
    <p class="notice">\(tr("This need was handed over to the node {node}, which alone can change it now. What you read here is how it was then.", ["node": need.home]))</p>
    """
  }

  public static func slipLink(_ need: Need) -> HTML {
    """
    <p class="actions no-print"><a class="button quiet" href="\(url: "/needs/\(need.code)/slip")">\(tr("Show and print the slip"))</a></p>
    """
  }
}
