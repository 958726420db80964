import Facemarks

extension LandmarkDataset {
  /// The central 96 x 96 pixels of some samples, one after the other: what predictors take.
  public func crops(of indices: some Collection<Int>) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(indices.count * FaceCrop.side * FaceCrop.side)
    for index in indices {
      precondition(samples.indices.contains(index), "no such sample")
      for row in margin..<margin + FaceCrop.side {
        let start = (index * side + row) * side + margin
        result.append(contentsOf: pixels[start..<start + FaceCrop.side])
      }
    }
    return result
  }
}
