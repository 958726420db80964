import COpenCVShim

/// The 8-bit gray of a part of a picture, which may be shrunk, and where it stands in it.
package struct GrayPart: Hashable, Sendable {
  package let picture: GrayImage
  /// The first column and row of the whole picture that it shows.
  package let x: Int
  package let y: Int
  /// The width and height of one of its pixels in pixels of the whole picture.
  package let step: Int

  package init(picture: GrayImage, x: Int, y: Int, step: Int = 1) {
    self.picture = picture
    self.x = x
    self.y = y
    self.step = step
  }

  /// From pixels of this part to those of the whole picture.
  package var toWhole: Affine {
    let (scale, offset) = (Double(step), Double(step - 1) / 2)
    return Affine(a: scale, b: 0, c: 0, d: scale, tx: Double(x) + offset, ty: Double(y) + offset)
  }
}

extension Image {
  /// The part of the picture in a box in 8-bit gray (as `gray()` makes it), without converting the rest. The box is rounded
  /// to whole pixels outwards and cut at the picture's edge; nil when nothing of it lies in the picture.
  ///
  /// - Parameter halvings: how often it is shrunk to half its size, each pixel the mean of 2 x 2. Up to 2^halvings - 1 columns and
  ///   rows at the right and lower edge are left out, so that the size is divisible.
  package func gray(in box: Box, halvings: Int = 0) throws -> GrayPart? {
    guard [box.x, box.y, box.width, box.height].allSatisfy(\.isFinite) else { return nil }
    func edge(_ value: Double, _ limit: Int) -> Int { Int(min(max(value, 0), Double(limit))) }
    let (left, right) = (edge(box.x.rounded(.down), width), edge((box.x + box.width).rounded(.up), width))
    let (top, bottom) = (edge(box.y.rounded(.down), height), edge((box.y + box.height).rounded(.up), height))
    guard left < right, top < bottom else { return nil }
    // As long as there is anything left to halve.
    let most = Int.bitWidth - 1 - min(right - left, bottom - top).leadingZeroBitCount
    let halvings = min(max(halvings, 0), most)
    let (columns, rows) = ((right - left) >> halvings, (bottom - top) >> halvings)
    let pixels = try [UInt8](unsafeUninitializedCapacity: columns * rows) { buffer, count in
      guard let base = buffer.baseAddress else { return }
      try OpenCV.call(for: name) {
        ocv_gray_part(
          mat, Int32(left), Int32(top), Int32(columns << halvings), Int32(rows << halvings), Int32(halvings), base, $0)
          ? () : nil
      }
      count = columns * rows
    }
    return GrayPart(
      picture: GrayImage(width: columns, height: rows, pixels: pixels), x: left, y: top, step: 1 << halvings)
  }
}

extension Image {
  /// The picture in 8-bit gray in another size, made of single pixels (the nearest ones): quick, for a rough look.
  package func sampledGray(width: Int, height: Int) throws -> GrayImage {
    let size = try PixelSize(width: width, height: height, name: name)
    return try derived { ocv_sampled(mat, size.width, size.height, $0) }.gray()
  }
}
