import COpenCVShim

extension Image {
  /// The picture in 8-bit gray (0.299 R + 0.587 G + 0.114 B). 16-bit values are divided by 257, floats 0...1 multiplied by
  /// 255 and saturated; alpha is ignored.
  package func gray() throws -> GrayImage {
    let oneChannel = try derived { ocv_gray(mat, $0) }
    let eightBit = try oneChannel.derived { ocv_mat_to_uint8(oneChannel.mat, $0) }
    return GrayImage(copying: eightBit.mat)
  }

  /// A gray picture in three equal channels of the same depth; a copy of any other.
  package func colored() throws(ImagingError) -> Image {
    try derived { ocv_colored(mat, $0) }
  }

  /// The picture in 8-bit colour without alpha.
  package func plain() throws -> Image {
    let colored = try colored()
    let opaque = try colored.derived { ocv_mat_without_alpha(colored.mat, $0) }
    return try opaque.derived { ocv_mat_to_uint8(opaque.mat, $0) }
  }

  /// Copies another picture of the same depth and channels into this one; what lies outside is left out.
  package func paste(_ other: Image, x: Int, y: Int) {
    precondition(other.depth == depth && other.channels == channels, "a picture of another kind")
    let pixel = channels * depth.bytes
    let columns = max(0, -x)..<max(0, -x, min(other.width, width - x))
    let (source, target) = (ocv_mat_data(other.mat), ocv_mat_data(mat))
    for row in max(0, -y)..<max(0, -y, min(other.height, height - y)) {
      let from = source + (row * other.width + columns.lowerBound) * pixel
      (target + ((y + row) * width + x + columns.lowerBound) * pixel).copyMemory(
        from: from, byteCount: columns.count * pixel)
    }
  }

  /// A new picture: a share of this and of another one of the same size and kind, saturated.
  package func mixed(_ share: Double, with other: Image, _ otherShare: Double) throws -> Image {
    precondition(
      other.width == width && other.height == height && other.channels == channels && other.depth == depth,
      "a picture of another kind")
    return try derived { ocv_mixed(mat, share, other.mat, otherShare, $0) }
  }

  /// Swaps left and right, in place.
  package func mirror() throws(ImagingError) {
    _ = try OpenCV.call(for: name) { ocv_mat_mirror(mat, $0) ? true : nil }
  }

  /// The part of the picture in a box, rounded to whole pixels; where the box reaches outside, the border is repeated.
  package func cropped(to box: Box) throws -> Image {
    let coordinates = [box.x, box.y, box.width, box.height].map { $0.rounded() }
    guard coordinates.allSatisfy({ abs($0) <= 0x1p30 }) else {
      throw ImagingError(file: name, message: "a crop of \(box.width)x\(box.height) pixels is not possible")
    }
    let size = try PixelSize(width: Int(coordinates[2]), height: Int(coordinates[3]), name: name)
    return try derived {
      ocv_mat_crop(mat, Int32(coordinates[0]), Int32(coordinates[1]), size.width, size.height, $0)
    }
  }

  /// Samples a part of the picture bilinearly, of which it is averaged first where the result is smaller; where the part reaches
  /// outside, the picture is mirrored.
  /// - Parameter map: from pixels of the result to those of this picture.
  package func sampled(by map: Affine, width: Int, height: Int) throws -> Image {
    let size = try PixelSize(width: width, height: height, name: name)
    guard [map.a, map.b, map.c, map.d, map.tx, map.ty].allSatisfy(\.isFinite), map.scale > 0 else {
      throw ImagingError(file: name, message: "a part of no size")
    }
    let shrink = 1 / map.scale
    guard shrink >= 2 / 3.0 else {
      let small = try resized(
        width: max(1, Int((Double(self.width) * shrink).rounded())),
        height: max(1, Int((Double(self.height) * shrink).rounded())))
      let (x, y) = (Double(small.width) / Double(self.width), Double(small.height) / Double(self.height))
      let toSmall = Affine(a: x, b: 0, c: 0, d: y, tx: (x - 1) / 2, ty: (y - 1) / 2)
      return try small.warped(by: map.then(toSmall), size)
    }
    return try warped(by: map, size)
  }

  private func warped(by map: Affine, _ size: PixelSize) throws -> Image {
    let matrix = [map.a, map.b, map.tx, map.c, map.d, map.ty]
    return try derived { ocv_warp(mat, matrix, size.width, size.height, OCV_BORDER_REFLECTED, $0) }
  }

  /// The picture in another size: averaged over the area where an axis shrinks to less than
  /// two thirds, else linear.
  package func resized(width: Int, height: Int) throws -> Image {
    let size = try PixelSize(width: width, height: height, name: name)
    return try derived { ocv_resize(mat, size.width, size.height, $0) }
  }
}
