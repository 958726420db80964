/// What is known of the shape of a person's head: the shares of the modes of `CanonicalHead`. Of somebody nothing is known of each
/// is 0, give or take 1. The shape found in every frame of a video, expressions and all, is around the person's own, so that a nose
/// that is longer is not taken for one that points down.
package struct HeadShape {
  package private(set) var mean: [Double]
  /// The inverse of the shares' variance.
  package private(set) var weight = 1.0
  private var frames = 0.0

  /// How surely the shape is known in the end, and after how many frames; by then it follows what is found by one in so many.
  /// Measured on three clips beside MediaPipe's mesh: models/head.md.
  private static let (lastWeight, lastFrames) = (16.0, 60.0)

  package init() { mean = [Double](repeating: 0, count: CanonicalHead.bundled.modes.count) }

  /// Learns from the shape of another frame.
  package mutating func add(_ shape: [Double]) {
    frames = min(frames + 1, Self.lastFrames)
    for mode in mean.indices { mean[mode] += (shape[mode] - mean[mode]) / frames }
    weight = 1 + (Self.lastWeight - 1) * frames / Self.lastFrames
  }
}
