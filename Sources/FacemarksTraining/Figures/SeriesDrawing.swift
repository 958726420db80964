import Imaging

/// Draws the series of a chart into its plot, and nothing outside of it.
struct SeriesDrawing {
  let plot: Box
  let x: AxisMap
  let y: AxisMap

  private var left: Double { plot.x }
  private var right: Double { plot.x + plot.width }
  private var top: Double { plot.y }
  private var bottom: Double { plot.y + plot.height }

  /// Bars first, then lines, then points.
  func draw(_ series: [Chart.Series], on page: inout FigurePage) {
    for one in series { if case .bars(let width) = one.style { drawBars(one, width: width, on: &page) } }
    for one in series where one.style == .dashed { drawLine(one, on: &page) }
    for one in series where one.style == .line { drawLine(one, on: &page) }
    for one in series { drawErrorBars(one, on: &page) }
    for one in series where one.style == .points { drawPoints(one, on: &page) }
  }

  private func place(_ valueX: Double, _ valueY: Double) -> Point? {
    guard let x = x.place(valueX), let y = y.place(valueY) else { return nil }
    return Point(x: x, y: y)
  }

  private func contains(_ point: Point) -> Bool {
    point.x >= left - 0.01 && point.x <= right + 0.01 && point.y >= top - 0.01 && point.y <= bottom + 0.01
  }

  /// A value that has no place breaks the line; one alone between two such is a dot.
  private func drawLine(_ series: Chart.Series, on page: inout FigurePage) {
    let stroke = Palette.stroke(series.color, series.style)
    let places = zip(series.x, series.y).map { place($0, $1) }
    var line: [Point] = []
    func finish() {
      if line.count > 1 { page.add(.line(line, stroke)) }
      line = []
    }
    for (index, point) in places.enumerated() {
      guard let point else {
        finish()
        continue
      }
      let before = index > 0 ? places[index - 1] : nil
      let after = index + 1 < places.count ? places[index + 1] : nil
      if before == nil, after == nil, contains(point) {
        page.add(.disc(point, radius: stroke.width + 1, stroke.color))
      }
      guard let before, let part = clipped(before, point) else { continue }
      if line.last != part.start {
        finish()
        line = [part.start]
      }
      line.append(part.end)
    }
    finish()
  }

  private func drawPoints(_ series: Chart.Series, on page: inout FigurePage) {
    for (valueX, valueY) in zip(series.x, series.y) {
      guard let point = place(valueX, valueY), contains(point) else { continue }
      page.add(.disc(point, radius: 6.5, Palette.paper))
      page.add(.disc(point, radius: 5, Palette.color(series.color)))
    }
  }

  private func drawBars(_ series: Chart.Series, width: Double, on page: inout FigurePage) {
    let ground = min(max(y.place(0) ?? bottom, top), bottom)
    for (valueX, valueY) in zip(series.x, series.y) {
      guard let start = x.place(valueX - width / 2), let end = x.place(valueX + width / 2), let tip = y.place(valueY)
      else { continue }
      let (first, last) = (max(start, left), min(end, right))
      let (high, low) = (min(max(min(tip, ground), top), bottom), min(max(max(tip, ground), top), bottom))
      guard last > first, low > high else { continue }
      page.add(
        .rectangle(Box(x: first, y: high, width: last - first, height: low - high), Palette.color(series.color)))
    }
  }

  private func drawErrorBars(_ series: Chart.Series, on page: inout FigurePage) {
    let stroke = Stroke(color: Palette.ink, width: 1.6)
    for (index, (low, high)) in zip(series.low, series.high).enumerated() {
      guard let foot = place(series.x[index], low), let head = place(series.x[index], high),
        let part = clipped(foot, head)
      else { continue }
      page.add(.line([part.start, part.end], stroke))
      for end in [part.start, part.end] {
        page.add(.line([Point(x: end.x - 4, y: end.y), Point(x: end.x + 4, y: end.y)], stroke))
      }
    }
  }

  /// The part of a straight line inside the plot (Liang and Barsky, 1984); nil when there is none.
  private func clipped(_ start: Point, _ end: Point) -> (start: Point, end: Point)? {
    let (dx, dy) = (end.x - start.x, end.y - start.y)
    var (first, last) = (0.0, 1.0)
    for (step, room) in [
      (-dx, start.x - left), (dx, right - start.x), (-dy, start.y - top), (dy, bottom - start.y),
    ] {
      if step == 0 {
        if room < 0 { return nil }
      } else if step < 0 {
        first = max(first, room / step)
      } else {
        last = min(last, room / step)
      }
    }
    guard first <= last else { return nil }
    func point(_ share: Double) -> Point {
      share == 0 ? start : share == 1 ? end : Point(x: start.x + share * dx, y: start.y + share * dy)
    }
    return (point(first), point(last))
  }
}
