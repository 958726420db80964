import Facemarks
import Imaging

/// Cuts bent crops out of pictures: bilinear, borders replicated.
///
/// Unlike `CropSampler` it does not average where the crop shrinks the picture by 1.5 or more.
enum WarpSampler {
  /// Samples `side * side` values 0...255, row by row, into `output`.
  static func sample(_ view: GrayView, crop: CropSample, side: Int, into output: UnsafeMutablePointer<Float>) {
    withUnsafeTemporaryAllocation(of: Point.self, capacity: side * side) { points in
      for index in points.indices {
        points.initializeElement(at: index, to: Point(x: Double(index % side), y: Double(index / side)))
      }
      for warp in crop.warps { warp.apply(to: points) }
      crop.map.apply(to: points)
      for index in points.indices { output[index] = value(of: view, at: points[index]) }
    }
  }

  private static func value(of view: GrayView, at point: Point) -> Float {
    let x = min(max(Float(point.x), 0), Float(view.width - 1))
    let y = min(max(Float(point.y), 0), Float(view.height - 1))
    let (x0, y0) = (Int(x), Int(y))
    let (x1, y1) = (min(x0 + 1, view.width - 1), min(y0 + 1, view.height - 1))
    let (fx, fy) = (x - Float(x0), y - Float(y0))
    func pixel(_ x: Int, _ y: Int) -> Float { Float(view.pixels[y * view.width + x]) }
    let top = pixel(x0, y0) + (pixel(x1, y0) - pixel(x0, y0)) * fx
    return top + (pixel(x0, y1) + (pixel(x1, y1) - pixel(x0, y1)) * fx - top) * fy
  }
}
