import Imaging

/// A chart as plain data: axes and series. `Chart.page(width:height:)` lays it out.
package struct Chart: Sendable {
  package struct Axis: Sendable {
    package enum Scale: Sendable, Hashable {
      case linear
      /// To base 10. Values of 0 and below are left out.
      case logarithmic
    }

    package var label: String
    /// In words or signs, such as "px" or "%"; none when empty.
    package var unit: String
    package var scale: Scale
    /// The range that the axis shows; nil for that of the values.
    package var range: ClosedRange<Double>?
    /// Names for the values 0, 1, 2 and so on, instead of numbers.
    package var names: [String]

    package init(
      _ label: String, unit: String = "", scale: Scale = .linear, range: ClosedRange<Double>? = nil,
      names: [String] = []
    ) {
      self.label = label
      self.unit = unit
      self.scale = scale
      self.range = range
      self.names = names
    }

    /// As it stands at the axis: "RMSE (px)".
    package var caption: String { unit.isEmpty ? label : "\(label) (\(unit))" }
  }

  package enum Style: Sendable, Hashable {
    case line
    /// A thin, dashed line.
    case dashed
    case points
    /// A bar from 0 (or the axis' lower end) up, `width` of the x axis wide.
    case bars(width: Double)
  }

  package struct Series: Sendable {
    /// For the legend; a series without a name is not in it.
    package var name: String
    package var style: Style
    package var x: [Double]
    package var y: [Double]
    /// Ends of error bars, as long as `y`; none when empty.
    package var low: [Double]
    package var high: [Double]
    /// Which colour (and from the eighth on, which dashes); series with the same number look related.
    package var color: Int

    package init(
      _ name: String, _ style: Style, x: [Double], y: [Double], low: [Double] = [], high: [Double] = [], color: Int
    ) {
      precondition(x.count == y.count, "a series with more x than y")
      precondition(low.count == high.count && (low.isEmpty || low.count == y.count), "error bars of the wrong number")
      self.name = name
      self.style = style
      self.x = x
      self.y = y
      self.low = low
      self.high = high
      self.color = color
    }
  }

  package var title: String
  package var x: Axis
  package var y: Axis
  package var series: [Series]
  /// Explanations below the legend's names, with the style that they explain, in gray.
  package var keys: [(style: Style, words: String)]

  package init(
    title: String, x: Axis, y: Axis, series: [Series], keys: [(style: Style, words: String)] = []
  ) {
    self.title = title
    self.x = x
    self.y = y
    self.series = series
    self.keys = keys
  }
}
