import COpenCVShim

extension Image {
  /// The width of a line of text drawn by `drawText` with capital letters `height` pixels high, in pixels.
  /// - Throws: `ImagingError` when the height is not in 1...4096.
  package static func textWidth(_ text: String, height: Double) throws -> Double {
    guard height >= 1, height <= 4096 else { throw ImagingError(file: "text", message: "its height is out of range") }
    guard !text.isEmpty else { return 0 }
    var extent = ocv_text_extent()
    try OpenCV.call(for: "text") { ocv_text_measure(text, height, &extent, $0) ? () : nil }
    // The extent has an equal margin on both sides.
    return max(0, Double(extent.width) + 2 * Double(extent.left))
  }

  /// Draws a line of text as `drawText` does, but running upwards, with the left end of its base line at `origin`.
  package func drawTextUpwards(_ text: String, at origin: Point, height: Double, color: Color) throws {
    let reach = Double(1 << 20)
    guard abs(origin.x) < reach, abs(origin.y) < reach, height >= 1, height <= 4096, !text.isEmpty else { return }
    var extent = ocv_text_extent()
    try OpenCV.call(for: name) { ocv_text_measure(text, height, &extent, $0) ? () : nil }
    let (columns, rows) = (Int(extent.width), Int(extent.height))
    guard columns > 0, rows > 0, columns < 1 << 14, rows < 1 << 14 else { return }
    let mask = try OpenCV.call(for: name) {
      ocv_text_mask(text, height, 0, 0, extent.left, extent.top, extent.width, extent.height, $0)
    }
    defer { ocv_mat_destroy(mask) }
    let ink = ocv_mat_data(mask).assumingMemoryBound(to: UInt8.self)
    // Along the text is up the picture, below the text is to the right.
    let left = Int(origin.x.rounded()) + Int(extent.top)
    let bottom = Int(origin.y.rounded()) - Int(extent.left)
    let xs = max(0, left)..<max(max(0, left), min(width, left + rows))
    let ys = max(0, bottom - columns + 1)..<max(max(0, bottom - columns + 1), min(self.height, bottom + 1))
    Painter(self).paint(
      color, rows: ys, columns: { _ in xs },
      coverage: { x, y in Double(ink[(x - left) * columns + bottom - y]) / 255 })
  }
}
