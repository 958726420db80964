import Imaging

/// Shares 0...1 as the shades of a grid, with a scale beside it.
package struct HeatMap: Sendable {
  package var title: String
  package var columns: [String]
  /// Captions of rows; those that are empty have no tick.
  package var rows: [String]
  package var rowCaption: String
  /// The meaning of the shade, such as "missing".
  package var shadeCaption: String
  /// Row by row, each as long as `columns`.
  package var shares: [[Double]]

  package init(
    title: String, columns: [String], rows: [String], rowCaption: String, shadeCaption: String, shares: [[Double]]
  ) {
    precondition(rows.count == shares.count && shares.allSatisfy { $0.count == columns.count }, "a ragged heat map")
    self.title = title
    self.columns = columns
    self.rows = rows
    self.rowCaption = rowCaption
    self.shadeCaption = shadeCaption
    self.shares = shares
  }

  /// Lays the map out on a page.
  package func page(width: Double = 1400, height: Double = 1000) -> FigurePage {
    var page = FigurePage(width: width, height: height)
    let tick = Chart.tickHeight
    let rowWidth = rows.map { TextWidth.of($0, height: tick) }.max() ?? 0
    let left = 24 + Chart.captionHeight + 16 + rowWidth + 10
    let right = width - 170
    let top = 30 + Chart.titleHeight + 24
    let names = NameTicks(columns, slot: (right - left) / Double(max(columns.count, 1)))
    let bottom = max(height - 10 - names.height - 24, top + 60)
    page.add(
      .text(
        Label(
          text: TextWidth.fitted(title, height: Chart.titleHeight, room: width - left - 20),
          place: Point(x: left, y: 30 + Chart.titleHeight), height: Chart.titleHeight, color: Palette.ink)))
    // Edges on whole pixels leave no seams.
    func edges(_ start: Double, _ length: Double) -> (Double, Double) {
      (start.rounded(), (start + length).rounded() - start.rounded())
    }
    let cellWidth = (right - left) / Double(max(columns.count, 1))
    let cellHeight = (bottom - top) / Double(max(rows.count, 1))
    for (row, shares) in shares.enumerated() {
      let y = top + Double(row) * cellHeight
      for (column, share) in shares.enumerated() {
        let x = left + Double(column) * cellWidth
        let (across, down) = (edges(x, cellWidth), edges(y, cellHeight))
        page.add(.rectangle(Box(x: across.0, y: down.0, width: across.1, height: down.1), Palette.shade(share)))
      }
      guard !rows[row].isEmpty else { continue }
      page.add(
        .line([Point(x: left - 6, y: y + 0.5), Point(x: left, y: y + 0.5)], Stroke(color: Palette.axis, width: 1.5)))
      page.add(
        .text(
          Label(
            text: rows[row], place: Point(x: left - 10, y: y + tick / 2), height: tick, color: Palette.ink, anchor: .end
          )))
    }
    for (column, name) in columns.enumerated() {
      let x = left + (Double(column) + 0.5) * cellWidth
      page.add(.text(names.label(name, at: Point(x: x, y: bottom + 10))))
      if column > 0 {
        let edge = left + Double(column) * cellWidth
        page.add(.line([Point(x: edge, y: top), Point(x: edge, y: bottom)], Stroke(color: Palette.grid, width: 1)))
      }
    }
    frame(Box(x: left, y: top, width: right - left, height: bottom - top), on: &page)
    page.add(
      .text(
        Label(
          text: rowCaption, place: Point(x: 24 + Chart.captionHeight, y: (top + bottom) / 2),
          height: Chart.captionHeight, color: Palette.ink, anchor: .middle, isUpwards: true)))
    drawScale(
      on: &page, Box(x: right + 40, y: top + 30, width: 26, height: min(300, (bottom - top - 30).rounded(.down))))
    return page
  }

  private func frame(_ box: Box, on page: inout FigurePage) {
    let (right, bottom) = (box.x + box.width, box.y + box.height)
    page.add(
      .line(
        [
          Point(x: box.x, y: box.y), Point(x: right, y: box.y), Point(x: right, y: bottom), Point(x: box.x, y: bottom),
          Point(x: box.x, y: box.y),
        ], Stroke(color: Palette.axis, width: 1.5)))
  }

  private func drawScale(on page: inout FigurePage, _ box: Box) {
    // As many pixels as the scale is high, so that it has no seams.
    let steps = max(1, Int(box.height))
    for step in 0..<steps {
      let height = box.height / Double(steps)
      let share = 1 - (Double(step) + 0.5) / Double(steps)
      page.add(
        .rectangle(
          Box(x: box.x, y: box.y + Double(step) * height, width: box.width, height: height), Palette.shade(share)))
    }
    frame(box, on: &page)
    page.add(
      .text(
        Label(
          text: shadeCaption, place: Point(x: box.x, y: box.y - 22), height: Chart.tickHeight, color: Palette.ink)))
    for quarter in 0...4 {
      let y = box.y + box.height * (1 - Double(quarter) / 4)
      page.add(
        .text(
          Label(
            text: "\(25 * quarter) %", place: Point(x: box.x + box.width + 8, y: y + Chart.tickHeight / 2),
            height: Chart.tickHeight, color: Palette.ink)))
    }
  }
}
