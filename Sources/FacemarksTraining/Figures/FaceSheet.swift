import Facemarks
import Imaging

/// Face crops in a grid, each with its true points (green rings), its predicted points (red discs), lines between the
/// two, and a caption below.
package struct FaceSheet {
  package struct Cell: Sendable {
    /// `96 * 96` values 0...255, row by row.
    package var pixels: [UInt8]
    /// In crop pixels; nil = unknown. Empty when there are none.
    package var truth: [Point?]
    package var predicted: [Point?]
    package var caption: String

    package init(pixels: [UInt8], truth: [Point?] = [], predicted: [Point?] = [], caption: String = "") {
      precondition(pixels.count == FaceCrop.side * FaceCrop.side, "a crop of the wrong size")
      self.pixels = pixels
      self.truth = truth
      self.predicted = predicted
      self.caption = caption
    }
  }

  package static let truthColor = Color(red: 0, green: 230, blue: 60)
  package static let predictedColor = Color(red: 255, green: 40, blue: 40)

  private let cells: [Cell]
  private let columns: Int
  private let scale: Int
  private let title: String
  private let predictedName: String

  /// - Parameters:
  ///   - columns: cells side by side, 1 or more.
  ///   - scale: picture pixels per crop pixel, 1 or more.
  ///   - title: a line above the grid; none when empty.
  ///   - predictedName: what the legend calls the predicted points.
  package init(
    cells: [Cell], columns: Int, scale: Int, title: String = "", predictedName: String = "prediction"
  ) {
    precondition(columns > 0 && scale > 0, "a sheet without columns or scale")
    self.cells = cells
    self.columns = min(columns, max(cells.count, 1))
    self.scale = scale
    self.title = title
    self.predictedName = predictedName
  }

  private var gap: Int { 4 * scale }
  private var letters: Double { scale < 2 ? 7 : 10 }
  private var captionHeight: Int { cells.contains { !$0.caption.isEmpty } ? Int(2.2 * letters) : 0 }
  private var cellSide: Int { FaceCrop.side * scale }
  private var hasLegend: Bool { cells.contains { !$0.truth.isEmpty } || cells.contains { !$0.predicted.isEmpty } }
  private var headHeight: Int { (title.isEmpty ? 0 : 30) + (hasLegend ? 26 : 0) }

  /// The sheet, 8 bit, in colour. A sheet without cells says so.
  /// - Throws: `ImagingError` when it would be too large for a picture.
  package func picture() throws -> Image {
    let rows = max(1, (cells.count + columns - 1) / columns)
    let width = max(gap + columns * (cellSide + gap), try headWidth())
    let height = headHeight + gap + rows * (cellSide + captionHeight + gap)
    guard width < 1 << 15, height < 1 << 15 else {
      throw ImagingError(file: "sheet", message: "\(cells.count) faces are too many for one picture")
    }
    var sheet = GrayImage(width: width, height: height, pixels: [UInt8](repeating: 255, count: width * height))
    for (index, cell) in cells.enumerated() { try place(cell, at: origin(index), on: &sheet) }
    let picture = try Image(sheet).colored()
    try drawHead(on: picture)
    for (index, cell) in cells.enumerated() { try drawPoints(of: cell, at: origin(index), on: picture) }
    if cells.isEmpty {
      let place = Point(x: Double(gap), y: Double(headHeight + gap) + 20)
      try picture.drawText("none", at: place, height: 10, color: Color(red: 90, green: 90, blue: 90))
    }
    return picture
  }

  /// The top left pixel of a cell.
  private func origin(_ index: Int) -> (x: Int, y: Int) {
    let (row, column) = index.quotientAndRemainder(dividingBy: columns)
    return (gap + column * (cellSide + gap), headHeight + gap + row * (cellSide + captionHeight + gap))
  }

  private func place(_ cell: Cell, at origin: (x: Int, y: Int), on sheet: inout GrayImage) throws {
    let crop = GrayImage(width: FaceCrop.side, height: FaceCrop.side, pixels: cell.pixels)
    let grown = try Image(crop).resized(width: cellSide, height: cellSide).gray()
    for row in 0..<cellSide {
      let start = (origin.y + row) * sheet.width + origin.x
      sheet.pixels.replaceSubrange(
        start..<start + cellSide, with: grown.pixels[row * cellSide..<(row + 1) * cellSide])
    }
  }

  private func drawPoints(of cell: Cell, at origin: (x: Int, y: Int), on picture: Image) throws {
    /// Pixel centres are at integers: crop pixel u lies in the middle of its `scale` picture pixels.
    func placed(_ point: Point?) -> Point? {
      guard let point, point.x.isFinite, point.y.isFinite else { return nil }
      let place = Point(
        x: Double(origin.x) + (point.x + 0.5) * Double(scale) - 0.5,
        y: Double(origin.y) + (point.y + 0.5) * Double(scale) - 0.5)
      let isInside =
        place.x >= Double(origin.x) - 0.5 && place.x <= Double(origin.x + cellSide) - 0.5
        && place.y >= Double(origin.y) - 0.5 && place.y <= Double(origin.y + cellSide) - 0.5
      return isInside ? place : nil
    }
    let radius = 0.8 + 0.6 * Double(scale)
    for (truth, predicted) in zip(cell.truth, cell.predicted) {
      guard let truth = placed(truth), let predicted = placed(predicted) else { continue }
      try picture.drawLine(from: truth, to: predicted, thickness: max(1, radius * 0.5), color: Self.predictedColor)
    }
    for point in cell.truth.compactMap(placed) { try Self.drawTruth(point, radius: radius, on: picture) }
    for point in cell.predicted.compactMap(placed) {
      try picture.drawDisc(center: point, radius: radius * 0.75, color: Self.predictedColor)
    }
    guard !cell.caption.isEmpty else { return }
    let place = Point(x: Double(origin.x), y: Double(origin.y + cellSide) + 1.6 * letters)
    try picture.drawText(try fitted(cell.caption), at: place, height: letters, color: Self.ink)
  }

  private static let ink = Color(red: 20, green: 20, blue: 20)

  private static func drawTruth(_ point: Point, radius: Double, on picture: Image) throws {
    try picture.drawDisc(center: point, radius: radius + 0.8, color: Color(red: 0, green: 60, blue: 10))
    try picture.drawDisc(center: point, radius: radius, color: truthColor)
  }

  /// The caption cut to the width of a cell.
  private func fitted(_ caption: String) throws -> String {
    let room = Double(cellSide)
    if try Image.textWidth(caption, height: letters) <= room { return caption }
    var text = caption
    while !text.isEmpty, try Image.textWidth(text + "..", height: letters) > room { text.removeLast() }
    return text + ".."
  }

  /// The words above the grid: title, and which colour is what.
  private func headWidth() throws -> Int {
    let legend = hasLegend ? 300.0 : 0
    let titleWidth = title.isEmpty ? 0 : try Image.textWidth(title, height: 13)
    return Int(max(legend, titleWidth).rounded(.up)) + 2 * gap
  }

  private func drawHead(on picture: Image) throws {
    let left = Double(gap)
    if !title.isEmpty { try picture.drawText(title, at: Point(x: left, y: 24), height: 13, color: Self.ink) }
    guard hasLegend else { return }
    let line = Double(headHeight) - 6
    var x = left + 6
    if cells.contains(where: { !$0.truth.isEmpty }) {
      try Self.drawTruth(Point(x: x, y: line - 5), radius: 4, on: picture)
      try picture.drawText("label", at: Point(x: x + 12, y: line), height: 10, color: Self.ink)
      x += 100
    }
    if cells.contains(where: { !$0.predicted.isEmpty }) {
      try picture.drawDisc(center: Point(x: x, y: line - 5), radius: 4, color: Self.predictedColor)
      try picture.drawText(predictedName, at: Point(x: x + 12, y: line), height: 10, color: Self.ink)
    }
  }
}
