import Imaging

/// The scale at which detection runs, so that a large photo costs little more than a small one.
package enum DetectionScale {
  /// The smallest faces asked for keep this many times the smallest size that a detector can see.
  static let closer = 1.15

  /// The factor, at most 1, from picture to detection picture.
  ///
  /// The longest side becomes at most `longestSide`, unless the faces asked for would then be smaller than the
  /// detector can see: a face of `minSize` picture pixels keeps at least `smallest` detection pixels. Where it keeps more, the
  /// picture is shrunk further, which is quicker, to a little more than that, as the detector tries sizes in steps.
  package static func factor(
    width: Int, height: Int, longestSide: Int, minSize: Double?, smallest: Double
  ) -> Double {
    let fitting = Double(longestSide) / Double(max(width, height, 1))
    guard let minSize else { return min(1, fitting) }
    let needed = smallest / minSize
    return min(1, max(min(fitting, closer * needed), needed))
  }

  /// A box of a picture that was shrunk by `x` and `y` (each at most 1), in pixels of the full picture.
  package static func enlarged(_ box: Box, x: Double, y: Double) -> Box {
    Box(x: box.x / x, y: box.y / y, width: box.width / x, height: box.height / y)
  }
}
