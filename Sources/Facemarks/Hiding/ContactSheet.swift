import Files
import Imaging

/// Small pictures of all that was hidden on one large one, each as it is in the output, so that a person can check a run at a
/// glance.
package struct ContactSheet {
  /// A hidden face with its surroundings.
  package struct Tile: @unchecked Sendable {
    /// `ContactSheet.side` pixels wide and high, 8-bit colour; nobody changes it.
    fileprivate let picture: Image
    fileprivate let lines: [String]
    fileprivate let isDoubtful: Bool

    /// - Parameters:
    ///   - record: what is shown.
    ///   - canvas: the output with all hidden.
    ///   - source: the file's name.
    ///   - seconds: the time in a video; nil on a photo.
    /// - Throws: `ImagingError`.
    package init(of record: HidingRecord, on canvas: Image, source: String, seconds: Double? = nil) throws {
      let box = record.face.box
      let side = max(ContactSheet.surroundings * max(box.width, box.height), 2)
      let part = Box(x: box.center.x - side / 2, y: box.center.y - side / 2, width: side, height: side)
      picture = try canvas.cropped(to: part).resized(width: ContactSheet.side, height: ContactSheet.side).plain()
      let confidence = NumberText.short(record.face.confidence, 2) ?? ""
      let time = seconds.map { ContactSheet.time($0) + " " } ?? ""
      lines = [source, "#\(record.number) \(time)\(confidence)"]
      isDoubtful = record.isDoubtful
    }
  }

  /// The side of a tile in pixels.
  package static let side = 128
  /// The most tiles of a sheet.
  package static let limit = 960
  /// The size of a tile as a multiple of the face's box.
  private static let surroundings = 2.6
  private static let columns = 12
  private static let gap = 8
  private static let letters = 7.0
  private static let lineHeight = 13

  /// Minutes and seconds: "1:02.5".
  private static func time(_ seconds: Double) -> String {
    let tenths = Int((min(max(seconds, 0), 1e9) * 10).rounded(.down))
    let rest = tenths % 600
    return "\(tenths / 600):\(rest < 100 ? "0" : "")\(rest / 10).\(rest % 10)"
  }

  /// The sheet, 8-bit colour: tiles row by row, doubtful ones in an orange frame. One without tiles says so.
  /// - Parameter tiles: at most `limit`.
  /// - Throws: `ImagingError`.
  package static func picture(of tiles: [Tile]) throws -> Image {
    let columns = min(max(tiles.count, 2), columns)
    let rows = max(1, (tiles.count + columns - 1) / columns)
    let (across, down) = (side + gap, side + gap + 2 * lineHeight)
    let sheet = try Image(
      width: columns * across + gap, height: rows * down + gap, color: Color(red: 255, green: 255, blue: 255))
    let ink = Color(red: 20, green: 20, blue: 20)
    for (index, tile) in tiles.enumerated() {
      let (x, y) = (gap + index % columns * across, gap + index / columns * down)
      sheet.paste(tile.picture, x: x, y: y)
      if tile.isDoubtful {
        let frame = Box(x: Double(x), y: Double(y), width: Double(side), height: Double(side))
        try sheet.drawBox(frame, thickness: 4, color: Color(red: 255, green: 140, blue: 0))
      }
      for (line, text) in tile.lines.enumerated() {
        let place = Point(x: Double(x), y: Double(y + side + (line + 1) * lineHeight) - 1)
        try sheet.drawText(fitted(text), at: place, height: letters, color: ink)
      }
    }
    if tiles.isEmpty {
      try sheet.drawText("nothing hidden", at: Point(x: 20, y: 40), height: letters, color: ink)
    }
    return sheet
  }

  /// The end of a text that is too long: the end of a path tells more than its beginning.
  private static func fitted(_ text: String) throws -> String {
    let room = Double(side)
    if try Image.textWidth(text, height: letters) <= room { return text }
    var end = Substring(text)
    while !end.isEmpty, try Image.textWidth(".." + end, height: letters) > room { end.removeFirst() }
    return ".." + end
  }
}
