import Facemarks

/// Square gray pictures of faces, what predictors take. The central 96 x 96 pixels of each are its crop.
public struct FacePictures: Sendable {
  /// `count * side * side` gray values 0...255, picture by picture, row by row.
  public let pixels: [UInt8]
  public let count: Int
  /// Pixels around the crop, on each side.
  public let margin: Int

  public init(pixels: [UInt8], count: Int, margin: Int) {
    (self.pixels, self.count, self.margin) = (pixels, count, margin)
    precondition(pixels.count == count * side * side, "pictures of the wrong size")
  }

  public var side: Int { FaceCrop.side + 2 * margin }

  /// The crops, one after the other.
  public var crops: [UInt8] {
    guard margin > 0 else { return pixels }
    var result: [UInt8] = []
    result.reserveCapacity(count * FaceCrop.side * FaceCrop.side)
    for index in 0..<count {
      for row in margin..<margin + FaceCrop.side {
        let start = (index * side + row) * side + margin
        result.append(contentsOf: pixels[start..<start + FaceCrop.side])
      }
    }
    return result
  }

  public var mirrored: FacePictures {
    var mirrored = pixels
    for start in stride(from: 0, to: pixels.count, by: side) { mirrored[start..<start + side].reverse() }
    return FacePictures(pixels: mirrored, count: count, margin: margin)
  }
}

extension LandmarkDataset {
  public func pictures(of indices: some Collection<Int>) -> FacePictures {
    var result: [UInt8] = []
    result.reserveCapacity(indices.count * side * side)
    for index in indices {
      precondition(samples.indices.contains(index), "no such sample")
      result.append(contentsOf: pixels[index * side * side..<(index + 1) * side * side])
    }
    return FacePictures(pixels: result, count: indices.count, margin: margin)
  }

  /// The crops of some samples, one after the other.
  public func crops(of indices: some Collection<Int>) -> [UInt8] { pictures(of: indices).crops }
}
