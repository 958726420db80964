import Glibc

/// Finds cuts that are certain: nothing that was hidden before one is at the same place after it.
struct SceneCuts {
  /// Frames of different scenes have at least this mean difference of their blocks, in gray levels, and at most the correlation
  /// below. Where a light goes on the frames differ, but correlate.
  private static let difference = 20.0
  private static let similarity = 0.6
  /// The standard deviation of the blocks of an even picture, in gray levels: a black or white one, or one out of order.
  private static let even: Float = 8
  /// The number of frames on both sides that must differ: a flash is no cut.
  static let frames = 3

  /// - Parameters:
  ///   - before: the last frames before a place, in order; some at least.
  ///   - after: the first ones behind it.
  static func isCut(before: [FrameThumbnail], after: [FrameThumbnail]) -> Bool {
    guard let last = before.last, let next = after.first, differ(last, next) else { return false }
    return before.suffix(frames).allSatisfy { one in after.prefix(frames).allSatisfy { differ(one, $0) } }
  }

  private static func differ(_ one: FrameThumbnail, _ other: FrameThumbnail) -> Bool {
    one.difference(to: other) > difference && correlation(one.blocks, other.blocks) < similarity
  }

  /// -1...1; 1 where one is so even that nothing can be said.
  private static func correlation(_ one: [Float], _ other: [Float]) -> Double {
    let count = Float(one.count)
    let (mean, otherMean) = (one.reduce(0, +) / count, other.reduce(0, +) / count)
    var (product, square, otherSquare) = (Float(0), Float(0), Float(0))
    for (a, b) in zip(one, other) {
      product += (a - mean) * (b - otherMean)
      square += (a - mean) * (a - mean)
      otherSquare += (b - otherMean) * (b - otherMean)
    }
    let least = count * even * even
    guard square > least, otherSquare > least else { return 1 }
    return Double(product) / (Double(square) * Double(otherSquare)).squareRoot()
  }
}
