import COpenCVShim

extension GrayImage {
  /// The picture in another size: averaged over the area where an axis shrinks to less than
  /// two thirds, else linear.
  package func resized(width: Int, height: Int) throws -> GrayImage {
    let size = try PixelSize(width: width, height: height, name: "picture")
    return try derived { mat, error in ocv_resize(mat, size.width, size.height, error) }
  }

  /// Samples the picture at `map` of every pixel of the result, bilinearly; outside its border is repeated, or all is black.
  /// OpenCV rounds the position to 1/32 pixel.
  package func warped(by map: Affine, width: Int, height: Int, repeatsBorder: Bool = true) throws -> GrayImage {
    let size = try PixelSize(width: width, height: height, name: "picture")
    let matrix = [map.a, map.b, map.tx, map.c, map.d, map.ty]
    guard matrix.allSatisfy({ $0.isFinite }) else {
      throw ImagingError(file: "picture", message: "a map without finite numbers")
    }
    return try derived { mat, error in
      ocv_warp(mat, matrix, size.width, size.height, repeatsBorder ? OCV_BORDER_REPEATED : OCV_BORDER_ZERO, error)
    }
  }

  /// The picture with every gray value about equally often, in the same order: dark and flat pictures become clear.
  package func equalized() throws -> GrayImage {
    try derived { mat, error in ocv_equalize(mat, error) }
  }

  /// A copy of an 8-bit picture of one channel.
  init(copying mat: OpaquePointer) {
    let (width, height) = (Int(ocv_mat_width(mat)), Int(ocv_mat_height(mat)))
    let data = ocv_mat_data(mat).assumingMemoryBound(to: UInt8.self)
    let pixels = [UInt8](UnsafeBufferPointer(start: data, count: width * height))
    self.init(width: width, height: height, pixels: pixels)
  }

  /// Lends the pixels to the shim without copying them.
  func withMat<Result>(
    _ work: (OpaquePointer, UnsafeMutablePointer<ocv_error>) -> Result?
  ) throws(ImagingError) -> Result {
    let size = try PixelSize(width: width, height: height, name: "picture")
    return try OpenCV.call(for: "picture") { error in
      pixels.withUnsafeBufferPointer { buffer -> Result? in
        guard let base = buffer.baseAddress,
          let mat = ocv_mat_borrow_gray(base, size.width, size.height, error)
        else { return nil }
        defer { ocv_mat_destroy(mat) }
        return work(mat, error)
      }
    }
  }

  private func derived(
    _ work: (OpaquePointer, UnsafeMutablePointer<ocv_error>) -> OpaquePointer?
  ) throws(ImagingError) -> GrayImage {
    let mat = try withMat(work)
    defer { ocv_mat_destroy(mat) }
    return GrayImage(copying: mat)
  }
}
