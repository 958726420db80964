import Facemarks

/// Square gray pictures of faces, the input of predictors. The central 96 x 96 pixels of each are its crop.
package struct FacePictures: Sendable {
  /// `count * side * side` gray values 0...255, picture by picture, row by row.
  package let pixels: [UInt8]
  package let count: Int
  /// Pixels around the crop, on each side.
  package let margin: Int

  package init(pixels: [UInt8], count: Int, margin: Int) {
    (self.pixels, self.count, self.margin) = (pixels, count, margin)
    precondition(pixels.count == count * side * side, "pictures of the wrong size")
  }

  package var side: Int { FaceCrop.side + 2 * margin }

  /// The crops, one after the other.
  package var crops: [UInt8] {
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

  package var mirrored: FacePictures {
    var mirrored = pixels
    for start in stride(from: 0, to: pixels.count, by: side) { mirrored[start..<start + side].reverse() }
    return FacePictures(pixels: mirrored, count: count, margin: margin)
  }
}

extension LandmarkDataset {
  package func pictures(of indices: some Collection<Int>) -> FacePictures {
    var result: [UInt8] = []
    result.reserveCapacity(indices.count * side * side)
    for index in indices {
      precondition(samples.indices.contains(index), "no such sample")
      result.append(contentsOf: pixels[index * side * side..<(index + 1) * side * side])
    }
    return FacePictures(pixels: result, count: indices.count, margin: margin)
  }

  /// The crops of some samples, one after the other.
  package func crops(of indices: some Collection<Int>) -> [UInt8] { pictures(of: indices).crops }
}
