package import CLibCurl
import Kernel

/// One thing that libcurl sends, and how far it may go: what sending mails and calling programs have in common.
package final class Transfer {
  package let handle: UnsafeMutableRawPointer
  private let isCancelled: Flag

  /// - Parameters:
  ///   - longestToConnect: seconds until the other side has to have taken the call.
  ///   - longest: seconds for the whole.
  /// - Returns: nil where libcurl cannot be used.
  package init?(longestToConnect: Int, longest: Int, isCancelled: Flag) {
    guard Self.isReady, let handle = curl_easy_init() else { return nil }
    self.handle = handle
    self.isCancelled = isCancelled
    // Whatever the environment says about proxies was said for something else.
    set(CURLOPT_PROXY, "")
    set(CURLOPT_CONNECTTIMEOUT, longestToConnect)
    set(CURLOPT_TIMEOUT, longest)
    // Signals would interrupt other threads.
    set(CURLOPT_NOSIGNAL, 1)
    civil_curl_set_question(
      handle, { context, _, _, _, _ in Flag.from(context)?.isSet ?? true ? 1 : 0 },
      Unmanaged.passUnretained(isCancelled).toOpaque())
  }

  deinit { curl_easy_cleanup(handle) }

  package func set(_ option: CURLoption, _ text: String) { civil_curl_set_text(handle, option, text) }
  package func set(_ option: CURLoption, _ number: Int) { civil_curl_set_number(handle, option, number) }

  /// Blocks until it is over. Whatever libcurl calls back into has to live until then.
  /// - Throws: `CancellationError` soon after the flag was set.
  package func perform() throws -> CURLcode {
    let code = withExtendedLifetime(isCancelled) { curl_easy_perform(handle) }
    if code == CURLE_ABORTED_BY_CALLBACK { throw CancellationError() }
    return code
  }

  /// Once, before any thread uses libcurl.
  private static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
}
