import Facemarks

/// Pictures of a data set that are there more than once.
package struct PictureDuplicates: Sendable {
  /// Groups of samples with the same pixels, each ascending.
  package private(set) var exact: [[Int]]
  /// Groups of samples whose pictures look the same but differ in pixels: brightness, compression, little noise. Of
  /// samples with the same pixels only the first is in such a group.
  package private(set) var near: [[Int]]

  /// The least correlation of two pictures' means over 8 x 8 blocks that look the same.
  private static let leastCorrelation: Float = 0.998
  /// The most bits by which the pictures' slopes may differ, of 64.
  private static let mostBits = 6

  package init(_ dataset: LandmarkDataset) {
    let size = dataset.side * dataset.side
    /// Equal hashes are no proof: the pixels decide.
    func isSame(_ first: Int, _ second: Int) -> Bool {
      dataset.pixels[first * size..<(first + 1) * size] == dataset.pixels[second * size..<(second + 1) * size]
    }
    var groups: [[Int]] = []
    for members in Dictionary(grouping: dataset.samples.indices, by: { dataset.pictureHashes[$0] }).values {
      var parts: [[Int]] = []
      for member in members {
        if let part = parts.firstIndex(where: { isSame($0[0], member) }) {
          parts[part].append(member)
        } else {
          parts.append([member])
        }
      }
      groups += parts
    }
    exact = groups.filter { $0.count > 1 }.sorted { $0[0] < $1[0] }
    near = Self.near(groups.map { $0[0] }.sorted(), of: dataset)
  }

  private static func near(_ samples: [Int], of dataset: LandmarkDataset) -> [[Int]] {
    let signatures = samples.map { PictureSignature(dataset, $0) }
    var leaders = Array(samples.indices)
    func leader(_ index: Int) -> Int {
      var index = index
      while leaders[index] != index { index = leaders[index] }
      return index
    }
    let slopes = signatures.map(\.slopes)
    slopes.withUnsafeBufferPointer { slopes in
      for first in slopes.indices {
        let mine = slopes[first]
        for second in first + 1..<max(slopes.count, first + 1)
        where (mine ^ slopes[second]).nonzeroBitCount <= mostBits {
          guard signatures[first].correlation(signatures[second]) >= leastCorrelation else { continue }
          let (one, other) = (leader(first), leader(second))
          leaders[max(one, other)] = min(one, other)
        }
      }
    }
    return Dictionary(grouping: samples.indices, by: leader).values.filter { $0.count > 1 }
      .map { $0.sorted().map { samples[$0] } }.sorted { $0[0] < $1[0] }
  }
}

/// A picture's crop shrunk to the means of its 12 x 12 blocks of 8 x 8 pixels.
private struct PictureSignature {
  /// Less their mean, of length 1; empty for a picture of one gray.
  private let blocks: [Float]
  /// Whether each of 8 x 8 pairs of neighbouring blocks becomes brighter to the right.
  let slopes: UInt64

  init(_ dataset: LandmarkDataset, _ sample: Int) {
    let (block, count) = (8, FaceCrop.side / 8)
    var means = [Float](repeating: 0, count: count * count)
    for y in 0..<FaceCrop.side {
      let start = (sample * dataset.side + dataset.margin + y) * dataset.side + dataset.margin
      for x in 0..<FaceCrop.side { means[y / block * count + x / block] += Float(dataset.pixels[start + x]) }
    }
    var bits: UInt64 = 0
    for row in 0..<8 {
      for column in 0..<8 {
        let at = (row + 2) * count + column + 2
        bits = bits << 1 | (means[at] < means[at + 1] ? 1 : 0)
      }
    }
    slopes = bits
    let mean = means.reduce(0, +) / Float(means.count)
    let centered = means.map { $0 - mean }
    let length = centered.reduce(0) { $0 + $1 * $1 }.squareRoot()
    blocks = length > 1 ? centered.map { $0 / length } : []
  }

  func correlation(_ other: PictureSignature) -> Float { zip(blocks, other.blocks).reduce(0) { $0 + $1.0 * $1.1 } }
}
