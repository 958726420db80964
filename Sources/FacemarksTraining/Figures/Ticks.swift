import Files
import Glibc

/// The ticks of an axis and its range.
package struct Ticks: Hashable, Sendable {
  /// Values with a number at them.
  package var major: [Double]
  /// Values with a fine line only.
  package var minor: [Double]
  /// Texts of `major`.
  package var labels: [String]
  package var range: ClosedRange<Double>

  /// Ticks at multiples of 1, 2 or 5 times a power of ten, about `count` of them.
  /// - Parameter widens: whether the range grows to the next tick on both sides.
  package static func linear(_ range: ClosedRange<Double>, count: Int, widens: Bool) -> Ticks {
    let range = usable(range)
    let step = step((range.upperBound - range.lowerBound) / Double(max(count, 1)))
    let tolerance = 1e-9 * step
    let first =
      (widens ? (range.lowerBound / step + 1e-9).rounded(.down) : ((range.lowerBound - tolerance) / step).rounded(.up))
    let last =
      (widens ? (range.upperBound / step - 1e-9).rounded(.up) : ((range.upperBound + tolerance) / step).rounded(.down))
    let values = first <= last && last - first < 1000 ? stride(from: first, through: last, by: 1).map { $0 * step } : []
    return Ticks(
      major: values, minor: [], labels: values.map { label($0, step: step) },
      range: widens ? min(first * step, range.lowerBound)...max(last * step, range.upperBound) : range)
  }

  /// Ticks for a logarithmic axis: at every decade, or every few of them, with fine lines at 2 to 9 between. Below two decades they
  /// are at 1, 2 and 5, and as on a linear axis where those are fewer than four.
  /// - Parameter range: above 0; what is beyond 1e-99...1e100 is not shown.
  package static func logarithmic(_ range: ClosedRange<Double>, count: Int) -> Ticks {
    let low = min(max(range.lowerBound, 1e-99), 1e99)
    let high = min(max(range.upperBound, low * 1.01), 1e100)
    let (first, last) = (Int(log10(low).rounded(.down)), Int(log10(high).rounded(.up)))
    let decades = log10(high) - log10(low)
    let shown = low * (1 - 1e-9)...high * (1 + 1e-9)
    let every = max(1, Int((decades / Double(max(count, 1))).rounded(.up)))
    func values(_ factors: [Double], every: Int) -> [Double] {
      (first...last).filter { $0 % every == 0 }.flatMap { decade in factors.map { $0 * pow(10, Double(decade)) } }
        .filter(shown.contains)
    }
    let major = values(decades < 2 ? [1, 2, 5] : [1], every: every)
    if major.count < 4, decades < 1 {
      var ticks = linear(low...high, count: 10, widens: false)
      ticks.range = low...high
      return ticks
    }
    let minor = every > 1 ? values([1], every: 1) : values([1, 2, 3, 4, 5, 6, 7, 8, 9], every: 1)
    return Ticks(
      major: major, minor: minor.filter { !major.contains($0) }, labels: major.map { label($0, step: $0) },
      range: low...high)
  }

  /// 1, 2 or 5 times a power of ten: the first that is at least `least`.
  static func step(_ least: Double) -> Double {
    guard least.isFinite, least > 1e-300 else { return 1 }
    let power = pow(10, log10(least).rounded(.down))
    let factor = [1, 2, 5, 10].first { $0 * power >= least * (1 - 1e-9) } ?? 10
    return factor * power
  }

  /// A number with as many decimals as a step needs; with a power of ten where it is very large or small.
  static func label(_ value: Double, step: Double) -> String {
    guard value.isFinite else { return "" }
    let size = max(abs(value), abs(step))
    if abs(value) < abs(step) * 1e-6 { return "0" }
    if size >= 1e6 || abs(step) < 1e-5 {
      let power = log10(abs(value)).rounded(.down)
      let factor = value / pow(10, power)
      let digits = (factor * 100).rounded() / 100
      let text = digits == digits.rounded() ? "\(Int(digits))" : "\(digits)"
      return "\(text)e\(Int(power))"
    }
    return NumberText.text(value, max(0, Int((-log10(abs(step)) - 1e-9).rounded(.up))))
  }

  /// The range with some room where both ends are the same, and 0...1 where they are no numbers.
  private static func usable(_ range: ClosedRange<Double>) -> ClosedRange<Double> {
    let (low, high) = (range.lowerBound, range.upperBound)
    guard low.isFinite, high.isFinite, abs(low) < 1e250, abs(high) < 1e250 else { return 0...1 }
    let room = max(abs(low), abs(high)) * 1e-9
    guard high - low <= room else { return range }
    let half = low == 0 ? 0.5 : abs(low) * 0.1
    return low - half...high + half
  }
}
