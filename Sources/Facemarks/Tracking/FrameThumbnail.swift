import Imaging

/// A frame as a few gray blocks: enough to see where something changed, and whether the scene is another one.
package struct FrameThumbnail: Sendable, Hashable {
  static let columns = 32
  static let rows = 18

  /// The mean gray of every block, row by row, 0...255.
  package let blocks: [Float]

  /// Samples some 10,000 pixels of the frame.
  package init(_ frame: Image) throws {
    let (width, height) = (5 * Self.columns, 5 * Self.rows)
    let picture = try frame.sampledGray(width: width, height: height)
    var sums = [Float](repeating: 0, count: Self.columns * Self.rows)
    picture.pixels.withUnsafeBufferPointer { pixels in
      for y in 0..<height {
        for x in 0..<width { sums[y / 5 * Self.columns + x / 5] += Float(pixels[y * width + x]) }
      }
    }
    blocks = sums.map { $0 / 25 }
  }

  /// The mean difference of the blocks in gray levels.
  package func difference(to other: FrameThumbnail) -> Double {
    var sum: Float = 0
    for (one, two) in zip(blocks, other.blocks) { sum += abs(one - two) }
    return Double(sum) / Double(blocks.count)
  }
}

/// Finds cuts of a video.
package struct CutFinder: Sendable {
  package init() {}

  private var last: FrameThumbnail?
  /// Exponential moving average of the differences between consecutive frames.
  private var usual = 0.0

  /// Gray levels: 2 to 6 when something moves before the camera.
  private static let least = 12.0

  /// Whether this frame may be the first of another scene: it differs much from the last, and more than those did
  /// from each other.
  package mutating func isCut(_ thumbnail: FrameThumbnail) -> Bool {
    defer { last = thumbnail }
    guard let last else { return false }
    let difference = last.difference(to: thumbnail)
    defer { usual += 0.3 * (difference - usual) }
    return difference > Self.least && difference > 3 * usual
  }
}
