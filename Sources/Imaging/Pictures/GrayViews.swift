extension GrayImage {
  /// Turned clockwise by quarter turns, pixel by pixel.
  package func turned(quarters: Int) -> GrayImage {
    switch ((quarters % 4) + 4) % 4 {
    case 1: rearranged(width: height, height: width) { x, y in (y, height - 1 - x) }
    case 2: rearranged(width: width, height: height) { x, y in (width - 1 - x, height - 1 - y) }
    case 3: rearranged(width: height, height: width) { x, y in (width - 1 - y, x) }
    default: self
    }
  }

  /// With its mirror image around it, so many pixels wide; at most its own width and height.
  package func mirrored(margin: Int) -> GrayImage {
    let margin = max(0, min(margin, width, height))
    func inside(_ place: Int, _ count: Int) -> Int {
      place < 0 ? -1 - place : place >= count ? 2 * count - 1 - place : place
    }
    return rearranged(width: width + 2 * margin, height: height + 2 * margin) { x, y in
      (inside(x - margin, width), inside(y - margin, height))
    }
  }

  @inline(__always)
  private func rearranged(width: Int, height: Int, from place: (Int, Int) -> (x: Int, y: Int)) -> GrayImage {
    let pixels = self.pixels.withUnsafeBufferPointer { source in
      [UInt8](unsafeUninitializedCapacity: width * height) { target, count in
        for y in 0..<height {
          for x in 0..<width {
            let (column, row) = place(x, y)
            target[y * width + x] = source[row * self.width + column]
          }
        }
        count = width * height
      }
    }
    return GrayImage(width: width, height: height, pixels: pixels)
  }
}
