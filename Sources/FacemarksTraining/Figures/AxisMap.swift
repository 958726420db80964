import Glibc

/// Takes the values of an axis to places on the page.
package struct AxisMap {
  let ticks: Ticks
  private let isLogarithmic: Bool
  private let start: Double
  private let length: Double

  /// - Parameters:
  ///   - start: the page coordinate of the range's lower end.
  ///   - end: that of its upper end.
  package init(_ ticks: Ticks, scale: Chart.Axis.Scale, from start: Double, to end: Double) {
    self.ticks = ticks
    isLogarithmic = scale == .logarithmic
    self.start = start
    length = end - start
  }

  var range: ClosedRange<Double> { ticks.range }

  /// Nil for a value that has no place on the axis: not finite, or not above 0 on a logarithmic one. Values far outside
  /// the range lie far outside the page.
  package func place(_ value: Double) -> Double? {
    guard value.isFinite, !isLogarithmic || value > 0 else { return nil }
    let share =
      isLogarithmic
      ? (log10(value) - log10(range.lowerBound)) / (log10(range.upperBound) - log10(range.lowerBound))
      : (value - range.lowerBound) / (range.upperBound - range.lowerBound)
    return share.isFinite ? start + min(max(share, -1000), 1000) * length : nil
  }

  /// The ticks of an axis for these values.
  /// - Parameter hasBars: bars stand on 0.
  static func ticks(
    for axis: Chart.Axis, values: [Double], isVertical: Bool, hasBars: Bool, padding: Double
  ) -> Ticks {
    let count = isVertical ? 7 : 15
    let usable = values.filter { $0.isFinite && (axis.scale == .linear || $0 > 0) }
    guard axis.names.isEmpty else {
      let positions = axis.names.indices.map(Double.init)
      return Ticks(major: positions, minor: [], labels: axis.names, range: -0.6...Double(axis.names.count) - 0.4)
    }
    switch axis.scale {
    case .linear:
      if let range = axis.range { return .linear(range, count: count, widens: false) }
      // Beyond that the length of the range may not be a number.
      let shown = usable.map { min(max($0, -1e90), 1e90) }
      guard var low = shown.min(), var high = shown.max() else { return .linear(0...1, count: count, widens: true) }
      if hasBars { (low, high) = (min(low, 0), max(high, 0)) }
      let room = (high - low) * padding
      return .linear(
        (low == 0 ? 0 : low - room)...max(high + room, low), count: count, widens: isVertical)
    case .logarithmic:
      if let range = axis.range { return .logarithmic(range, count: count) }
      let shown = usable.map { min(max($0, 1e-90), 1e90) }
      guard let low = shown.min(), let high = shown.max() else { return .logarithmic(0.1...1, count: count) }
      let room = max(pow(high / low, 0.04), 1.02)
      return .logarithmic(low / room...high * room, count: count)
    }
  }
}
