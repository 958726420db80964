import Imaging

extension Chart {
  static let titleHeight = 17.0
  static let captionHeight = 14.0
  static let tickHeight = 12.0

  /// Lays the chart out on a page. Where the legend is long the page grows beyond `height`.
  package func page(width: Double = 1600, height: Double = 1000) -> FigurePage {
    let legend = Legend(self, width: width)
    let yTicks = AxisMap.ticks(
      for: y, values: series.flatMap { $0.y + $0.low + $0.high }, isVertical: true, hasBars: hasBars, padding: 0.03)
    let xTicks = AxisMap.ticks(
      for: x, values: series.flatMap(\.x), isVertical: false, hasBars: false, padding: hasLines ? 0 : 0.03)
    let tickWidth = yTicks.labels.map { TextWidth.of($0, height: Self.tickHeight) }.max() ?? 0
    let left = 24 + Self.captionHeight + 16 + tickWidth + 10
    let right = width - (legend.isBeside ? legend.width + 24 : 40)
    let names = NameTicks(xTicks.labels, slot: (right - left) / Double(max(xTicks.labels.count, 1)))
    let top = title.isEmpty ? 30.0 : 30 + Self.titleHeight + 24
    let below = 10 + names.height + 22 + Self.captionHeight + 22
    let plotHeight = max(
      height - top - below - (legend.isBeside ? 0 : legend.height), legend.isBeside ? legend.height : 0, 120)
    let bottom = top + plotHeight
    let total = bottom + below + (legend.isBeside ? 0 : legend.height)

    var page = FigurePage(width: width, height: total.rounded(.up))
    let xMap = AxisMap(xTicks, scale: x.scale, from: left, to: right)
    let yMap = AxisMap(yTicks, scale: y.scale, from: bottom, to: top)
    let plot = Box(x: left, y: top, width: right - left, height: plotHeight)
    drawGrid(on: &page, plot, xMap, yMap)
    SeriesDrawing(plot: plot, x: xMap, y: yMap).draw(series, on: &page)
    drawAxes(on: &page, plot, xMap, yMap, names: names, captionLine: bottom + below - 22)
    if !title.isEmpty {
      page.add(
        .text(
          Label(
            text: TextWidth.fitted(title, height: Self.titleHeight, room: width - left - 20),
            place: Point(x: left, y: 30 + Self.titleHeight), height: Self.titleHeight, color: Palette.ink)))
    }
    legend.draw(on: &page, at: legend.isBeside ? Point(x: right + 24, y: top) : Point(x: left, y: bottom + below))
    return page
  }

  private var hasBars: Bool { series.contains { if case .bars = $0.style { true } else { false } } }
  private var hasLines: Bool { series.contains { $0.style == .line || $0.style == .dashed } }

  private func drawGrid(on page: inout FigurePage, _ plot: Box, _ x: AxisMap, _ y: AxisMap) {
    let (right, bottom) = (plot.x + plot.width, plot.y + plot.height)
    func rule(_ map: AxisMap, _ values: [Double], _ color: Color, _ ends: (Double) -> [Point]) {
      for place in values.compactMap(map.place) { page.add(.line(ends(place), Stroke(color: color, width: 1))) }
    }
    let upright = { (place: Double) in [Point(x: place, y: plot.y), Point(x: place, y: bottom)] }
    let level = { (place: Double) in [Point(x: plot.x, y: place), Point(x: right, y: place)] }
    rule(x, x.ticks.minor, Palette.faintGrid, upright)
    rule(y, y.ticks.minor, Palette.faintGrid, level)
    if self.x.names.isEmpty { rule(x, x.ticks.major, Palette.grid, upright) }
    rule(y, y.ticks.major, Palette.grid, level)
  }

  private func drawAxes(
    on page: inout FigurePage, _ plot: Box, _ x: AxisMap, _ y: AxisMap, names: NameTicks, captionLine: Double
  ) {
    let (left, right, top, bottom) = (plot.x, plot.x + plot.width, plot.y, plot.y + plot.height)
    let stroke = Stroke(color: Palette.axis, width: 1.5)
    page.add(.line([Point(x: left, y: top), Point(x: left, y: bottom), Point(x: right, y: bottom)], stroke))
    for (value, text) in zip(y.ticks.major, y.ticks.labels) {
      guard let place = y.place(value) else { continue }
      page.add(.line([Point(x: left - 6, y: place), Point(x: left, y: place)], stroke))
      page.add(
        .text(
          Label(
            text: text, place: Point(x: left - 10, y: place + Self.tickHeight / 2), height: Self.tickHeight,
            color: Palette.ink, anchor: .end)))
    }
    for (value, text) in zip(x.ticks.major, x.ticks.labels) {
      guard let place = x.place(value) else { continue }
      page.add(.line([Point(x: place, y: bottom), Point(x: place, y: bottom + 6)], stroke))
      page.add(.text(names.label(text, at: Point(x: place, y: bottom + 10))))
    }
    page.add(
      .text(
        Label(
          text: self.x.caption, place: Point(x: (left + right) / 2, y: captionLine), height: Self.captionHeight,
          color: Palette.ink, anchor: .middle)))
    page.add(
      .text(
        Label(
          text: self.y.caption, place: Point(x: 24 + Self.captionHeight, y: (top + bottom) / 2),
          height: Self.captionHeight, color: Palette.ink, anchor: .middle, isUpwards: true)))
  }
}

/// The texts below an axis: level where they fit into their slots, else upwards.
struct NameTicks {
  private let isUpwards: Bool
  /// Their height below the axis in pixels.
  let height: Double

  init(_ texts: [String], slot: Double) {
    let widest = texts.map { TextWidth.of($0, height: Chart.tickHeight) }.max() ?? 0
    isUpwards = widest + 10 > slot
    height = isUpwards ? widest : Chart.tickHeight
  }

  /// - Parameter place: the middle of the text's upper edge.
  func label(_ text: String, at place: Point) -> Label {
    isUpwards
      ? Label(
        text: text, place: Point(x: place.x + Chart.tickHeight / 2, y: place.y), height: Chart.tickHeight,
        color: Palette.ink, anchor: .end, isUpwards: true)
      : Label(
        text: text, place: Point(x: place.x, y: place.y + Chart.tickHeight), height: Chart.tickHeight,
        color: Palette.ink, anchor: .middle)
  }
}
