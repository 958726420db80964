import Glibc

/// A line on a terminal that shows how far the work has come.
struct ProgressBar: Sendable {
  private let total: Int
  private let start = ContinuousClock.now
  private var isShown = false

  /// Nil unless standard error is a terminal and there is more than one thing to do.
  init?(total: Int) {
    guard total > 1, isatty(STDERR_FILENO) == 1 else { return nil }
    self.total = total
  }

  mutating func show(_ finished: Int) {
    Console.write("\r\u{1B}[K" + Self.line(finished, of: total, elapsed: start.duration(to: .now)), to: STDERR_FILENO)
    isShown = true
  }

  mutating func clear() {
    if isShown { Console.write("\r\u{1B}[K", to: STDERR_FILENO) }
    isShown = false
  }

  /// `[#####.....] 12/24  3.1/s  4 s left`
  static func line(_ finished: Int, of total: Int, elapsed: Duration) -> String {
    let width = 30
    let filled = width * finished / max(total, 1)
    let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: width - filled)
    let seconds = elapsed / .seconds(1)
    guard finished > 0, seconds > 0 else { return "[\(bar)] \(finished)/\(total)" }
    let rate = Double(finished) / seconds
    let tenths = Int((rate * 10).rounded())
    let left = Int((Double(total - finished) / rate).rounded(.up))
    return "[\(bar)] \(finished)/\(total)  \(tenths / 10).\(tenths % 10)/s  \(left) s left"
  }
}
