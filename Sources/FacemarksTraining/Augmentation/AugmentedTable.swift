import Facemarks
import Files
import Imaging
import NeuralNetwork

/// A data set with augmented copies of its faces, as a csv file in Kaggle's format.
///
/// Besides the 30 coordinates and `Image` the file has a column `Group`, by which `Split` keeps rows on one side: it is the same for
/// a face and its copies, for equal pictures, and for pictures of one person.
/// Where the data have a split of their own, their training side is taken.
package struct AugmentedTable: Sendable {
  /// One row of the file.
  package struct Row: Hashable, Sendable {
    /// The face, as an index into the data set.
    package var sample: Int
    /// 0 is the face as it is.
    package var copy: Int

    package init(sample: Int, copy: Int) { (self.sample, self.copy) = (sample, copy) }
  }

  /// A crop and its points in crop pixels; nil = missing.
  package struct Face: Sendable {
    /// 96 x 96 gray values, row by row.
    package var pixels: [UInt8]
    package var points: [Point?]
  }

  package let dataset: LandmarkDataset
  /// The rows of the file in order: all faces, then all first copies, and so on.
  package let rows: [Row]
  private let augmentations: [any Augmentation]
  private let seed: UInt64

  /// - Parameters:
  ///   - copies: of each face, 0 or more.
  ///   - holdout: the share of faces to leave out, those that training with the same share leaves out.
  ///   - sample: how many rows to keep, chosen at random; nil, or more than there are, keeps all.
  package init(
    _ dataset: LandmarkDataset, augmentations: [any Augmentation], copies: Int, holdout: Double = 0,
    sample: Int? = nil, seed: UInt64
  ) {
    precondition(copies >= 0, "fewer than no copies")
    self.dataset = dataset
    self.augmentations = augmentations
    self.seed = seed
    let left = holdout > 0 ? Set(Split(dataset, SplitOptions(holdout: holdout, seed: seed)).holdout) : []
    let faces = dataset.samples.indices.filter { dataset.samples[$0].split != .validation && !left.contains($0) }
    let count = faces.count * (copies + 1)
    var chosen = Array(0..<count)
    if let sample, sample < count {
      var random = RandomGenerator(seed, 0xA061_0000)
      chosen = chosen.shuffled(using: &random).prefix(max(sample, 0)).sorted()
    }
    rows = chosen.map { Row(sample: faces[$0 % faces.count], copy: $0 / faces.count) }
  }

  /// The face of a row: a pure function of the data, the augmentations, the seed and the row.
  package func face(of row: Row) -> Face {
    var settings = BatchSource.Settings(
      batchSize: 1, seed: RandomGenerator(seed, UInt64(row.sample)).seed, normalization: .unit,
      augmentations: row.copy == 0 ? [] : augmentations)
    settings.shuffles = false
    let source = BatchSource(dataset: dataset, indices: [row.sample], settings: settings)
    let batch = source.batch(epoch: row.copy, index: 0)
    let half = Double(FaceCrop.side) / 2
    return Face(
      pixels: batch.pixels.map { UInt8(min(max(($0 * 255).rounded(), 0), 255)) },
      points: (0..<dataset.scheme.count).map { landmark in
        guard batch.weights[2 * landmark] > 0 else { return nil }
        return Point(
          x: Double(batch.targets[2 * landmark]) * half + half,
          y: Double(batch.targets[2 * landmark + 1]) * half + half)
      })
  }

  /// Writes the file row by row; it appears complete or not at all.
  /// - Throws: `FileError`.
  package func write(to path: String) throws {
    let file = try AtomicFile(path: path)
    let names = dataset.scheme.landmarks.flatMap { ["\($0)_x", "\($0)_y"] }
    try file.write(Array(((names + ["Image", "Group"]).joined(separator: ",") + "\n").utf8))
    let groups = groups()
    var line: [UInt8] = []
    for row in rows {
      let face = face(of: row)
      line.removeAll(keepingCapacity: true)
      for point in face.points {
        for value in [point?.x, point?.y] {
          line += (value.flatMap { NumberText.short($0, 4) } ?? "").utf8
          line.append(UInt8(ascii: ","))
        }
      }
      for value in face.pixels {
        line += Self.decimals[Int(value)]
        line.append(UInt8(ascii: " "))
      }
      line[line.count - 1] = UInt8(ascii: ",")
      line += "\(groups[row.sample])\n".utf8
      try file.write(line)
    }
    try file.commit()
  }

  private static let decimals = (0...255).map { Array(String($0).utf8) }

  /// A number for each sample, the same for those that `Split` keeps together.
  private func groups() -> [Int] {
    var groups = Array(dataset.samples.indices)
    var isSettled = false
    while !isSettled {
      isSettled = true
      var ofPicture: [UInt64: Int] = [:]
      var ofPerson: [String: Int] = [:]
      for pass in [groups.indices.map { $0 }, groups.indices.reversed()] {
        for index in pass {
          let (hash, person) = (dataset.pictureHashes[index], dataset.samples[index].person)
          let smallest = min(groups[index], ofPicture[hash] ?? index, person.flatMap { ofPerson[$0] } ?? index)
          isSettled = isSettled && smallest == groups[index]
          groups[index] = smallest
          ofPicture[hash] = smallest
          if let person { ofPerson[person] = smallest }
        }
      }
    }
    return groups
  }
}
