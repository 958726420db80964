import Files
import Glibc

/// A line on a terminal that shows how far the work has come.
struct ProgressBar: Sendable {
  private let total: Int?
  private let unit: String
  private let start = ContinuousClock.now
  private var isShown = false

  /// Nil unless standard error is a terminal and there is more than one thing to do.
  /// - Parameters:
  ///   - total: nil where the end is not known.
  ///   - unit: what is counted, for the rate: "3.1 frames/s".
  init?(total: Int?, unit: String = "") {
    guard total != 1, total != 0, isatty(STDERR_FILENO) == 1 else { return nil }
    self.total = total
    self.unit = unit
  }

  mutating func show(_ finished: Int) {
    let elapsed = start.duration(to: .now)
    let line =
      total.map { Self.line(finished, of: max($0, finished), unit: unit, elapsed: elapsed) }
      ?? Self.line(finished, unit: unit, elapsed: elapsed)
    Console.write(Console.clearedLine + line, to: STDERR_FILENO)
    isShown = true
  }

  mutating func clear() {
    if isShown { Console.write(Console.clearedLine, to: STDERR_FILENO) }
    isShown = false
  }

  /// `[#####.....] 12/24  3.1/s  4 s left`
  static func line(_ finished: Int, of total: Int, unit: String = "", elapsed: Duration) -> String {
    let width = 30
    let filled = width * finished / max(total, 1)
    let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: width - filled)
    guard let rate = rate(finished, elapsed) else { return "[\(bar)] \(finished)/\(total)" }
    let left = NumberText.time((Double(total - finished) / rate).rounded(.up))
    return "[\(bar)] \(finished)/\(total)  \(text(rate, unit))  \(left) left"
  }

  /// `240  31.2 frames/s`, where the end is not known.
  private static func line(_ finished: Int, unit: String, elapsed: Duration) -> String {
    rate(finished, elapsed).map { "\(finished)  \(text($0, unit))" } ?? "\(finished)"
  }

  private static func rate(_ finished: Int, _ elapsed: Duration) -> Double? {
    let seconds = elapsed / .seconds(1)
    return finished > 0 && seconds > 0 ? Double(finished) / seconds : nil
  }

  private static func text(_ rate: Double, _ unit: String) -> String {
    NumberText.text(rate, 1) + (unit.isEmpty ? "/s" : " \(unit)/s")
  }
}
