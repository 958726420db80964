import Imaging

/// Every filter and every way to hide a face, side by side on the same photo.
package enum FilterSheet {
  /// The longest side of a photo on the sheet, in pixels.
  private static let side = 240
  private static let columns = 4
  private static let caption = 28

  /// The photo inside the program: the astronaut Eileen Collins, by NASA.
  package static func samplePhoto() throws -> Image {
    try Image(decoding: BundledStickers.bytes("sample")?.picture ?? [], name: "the built-in photo")
  }

  /// - Parameter photo: is shrunk.
  /// - Parameter scheme: what the landmarks are.
  /// - Parameter faces: of the photo.
  /// - Throws: `ImagingError`.
  package static func picture(of photo: Image, faces: [Face], scheme: LandmarkScheme) throws -> Image {
    let filters = try FaceFilters.all()
    let factor = Double(side) / Double(max(photo.width, photo.height))
    let width = max(1, Int((Double(photo.width) * factor).rounded()))
    let height = max(1, Int((Double(photo.height) * factor).rounded()))
    let rows = (filters.count + columns - 1) / columns
    let sheet = try Image(
      width: columns * (width + 8) + 8, height: rows * (height + caption + 8) + 8,
      color: Color(red: 255, green: 255, blue: 255))
    for (index, entry) in filters.enumerated() {
      let tile = try photo.plain()
      for face in faces { try entry.filter.apply(to: tile, face: face, scheme: scheme) }
      let (x, y) = (8 + index % columns * (width + 8), 8 + index / columns * (height + caption + 8))
      sheet.paste(try tile.resized(width: width, height: height), x: x, y: y)
      try sheet.drawText(
        entry.name, at: Point(x: Double(x) + 2, y: Double(y + height + 18)), height: 11,
        color: Color(red: 0, green: 0, blue: 0))
    }
    return sheet
  }
}
