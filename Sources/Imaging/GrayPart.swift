import COpenCVShim

/// The 8-bit gray of a part of a picture, and where it stands in it.
public struct GrayPart: Hashable, Sendable {
  public let picture: GrayImage
  /// The first column and row of the whole picture that it shows.
  public let x: Int
  public let y: Int

  public init(picture: GrayImage, x: Int, y: Int) {
    self.picture = picture
    self.x = x
    self.y = y
  }

  /// A map into the whole picture as one into this part.
  public func local(_ map: Affine) -> Affine {
    map.then(Affine(a: 1, b: 0, c: 0, d: 1, tx: -Double(x), ty: -Double(y)))
  }

  /// A point of this part as one of the whole picture.
  public func whole(_ point: Point) -> Point { Point(x: point.x + Double(x), y: point.y + Double(y)) }
}

extension Image {
  /// The part of the picture in a box in 8-bit gray (as `gray()` makes it), without converting the rest. The box is rounded
  /// to whole pixels outwards and cut at the picture's edge; nil when nothing of it lies in the picture.
  public func gray(in box: Box) throws -> GrayPart? {
    guard [box.x, box.y, box.width, box.height].allSatisfy(\.isFinite) else { return nil }
    func edge(_ value: Double, _ limit: Int) -> Int { Int(min(max(value, 0), Double(limit))) }
    let (left, right) = (edge(box.x.rounded(.down), width), edge((box.x + box.width).rounded(.up), width))
    let (top, bottom) = (edge(box.y.rounded(.down), height), edge((box.y + box.height).rounded(.up), height))
    guard left < right, top < bottom else { return nil }
    let (columns, rows) = (right - left, bottom - top)
    let pixels = try [UInt8](unsafeUninitializedCapacity: columns * rows) { buffer, count in
      guard let base = buffer.baseAddress else { return }
      try OpenCV.call(for: name) {
        ocv_gray_part(mat, Int32(left), Int32(top), Int32(columns), Int32(rows), base, $0) ? () : nil
      }
      count = columns * rows
    }
    return GrayPart(picture: GrayImage(width: columns, height: rows, pixels: pixels), x: left, y: top)
  }
}
