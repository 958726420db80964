import Imaging

/// How much a picture is shrunk for detection, so that a large photo costs little more than a small one.
public enum DetectionScale {
  /// The factor, at most 1, from picture to detection picture.
  ///
  /// The longest side becomes at most `longestSide`, unless the faces asked for would then be smaller than the
  /// detector can see: a face of `minSize` picture pixels keeps at least `smallest` detection pixels.
  public static func factor(
    width: Int, height: Int, longestSide: Int, minSize: Double?, smallest: Double
  ) -> Double {
    let fitting = Double(longestSide) / Double(max(width, height, 1))
    let needed = minSize.map { smallest / $0 } ?? 0
    return min(1, max(fitting, needed))
  }

  /// A box of a picture that was shrunk by `x` and `y` (each at most 1), in pixels of the full picture.
  public static func enlarged(_ box: Box, x: Double, y: Double) -> Box {
    Box(x: box.x / x, y: box.y / y, width: box.width / x, height: box.height / y)
  }
}
