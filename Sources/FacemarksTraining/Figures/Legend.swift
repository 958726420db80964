import Imaging

/// The legend of a chart's series: beside the plot, or below it where the names are long.
struct Legend {
  private struct Entry {
    var style: Chart.Style
    var stroke: Stroke
    var words: String
    var color: Color
  }

  private static let letters = 13.0
  private static let sample = 44.0
  private static let lineHeight = 28.0

  private let entries: [Entry]
  /// In pixels, when it stands beside the plot; that of a column when below.
  let width: Double
  let isBeside: Bool
  private let columns: Int

  init(_ chart: Chart, width page: Double) {
    let named = chart.series.filter { !$0.name.isEmpty }
    entries =
      named.map { series in
        Entry(
          style: series.style, stroke: Palette.stroke(series.color, series.style), words: series.name,
          color: Palette.color(series.color))
      }
      + chart.keys.map { key in
        Entry(
          style: key.style, stroke: Palette.stroke(0, key.style, color: Palette.quiet), words: key.words,
          color: Palette.quiet)
      }
    let widest = entries.map { TextWidth.of($0.words, height: Self.letters) }.max() ?? 0
    let needed = entries.isEmpty ? 0 : Self.sample + 12 + widest + 24
    isBeside = needed <= 0.32 * page
    width = min(needed, page - 120)
    columns = isBeside ? 1 : max(1, Int((page - 120) / max(width, 1)))
  }

  /// The height of all lines in pixels.
  var height: Double { Double((entries.count + columns - 1) / columns) * Self.lineHeight + (isBeside ? 0 : 16) }

  /// - Parameter corner: the upper left one.
  func draw(on page: inout FigurePage, at corner: Point) {
    for (index, entry) in entries.enumerated() {
      let (row, column) = index.quotientAndRemainder(dividingBy: columns)
      let left = corner.x + Double(column) * width
      let middle = corner.y + (Double(row) + 0.5) * Self.lineHeight
      let ends = [Point(x: left, y: middle), Point(x: left + Self.sample, y: middle)]
      switch entry.style {
      case .line, .dashed: page.add(.line(ends, entry.stroke))
      case .points: page.add(.disc(Point(x: left + Self.sample / 2, y: middle), radius: 5, entry.color))
      case .bars:
        page.add(.rectangle(Box(x: left + 6, y: middle - 8, width: Self.sample - 12, height: 16), entry.color))
      }
      let room = width - Self.sample - 24
      page.add(
        .text(
          Label(
            text: TextWidth.fitted(entry.words, height: Self.letters, room: room),
            place: Point(x: left + Self.sample + 12, y: middle + Self.letters / 2), height: Self.letters,
            color: Palette.ink)))
    }
  }
}
