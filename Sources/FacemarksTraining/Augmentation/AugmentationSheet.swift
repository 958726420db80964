import Imaging
import NeuralNetwork

/// Shows what augmentations do: a row for each of some faces, first as it is, then changed, with the points.
package struct AugmentationSheet: Sendable {
  private static let faces = 6
  private static let columns = 8

  private let dataset: LandmarkDataset
  private let augmentations: [any Augmentation]
  private let seed: UInt64

  /// - Parameter seed: chooses the faces and the changes.
  package init(_ dataset: LandmarkDataset, augmentations: [any Augmentation], seed: UInt64) {
    self.dataset = dataset
    self.augmentations = augmentations
    self.seed = seed
  }

  /// - Throws: `ImagingError` when there is no room for it.
  package func picture() throws -> Image {
    let table = AugmentedTable(dataset, augmentations: augmentations, copies: 0, seed: seed)
    var random = RandomGenerator(seed, 0x5EE7_0000)
    let chosen = table.rows.map(\.sample).shuffled(using: &random).prefix(Self.faces)
    let cells = chosen.flatMap { sample in
      (0..<Self.columns).map { copy in
        let face = table.face(of: AugmentedTable.Row(sample: sample, copy: copy))
        return FaceSheet.Cell(
          pixels: face.pixels, truth: face.points, caption: copy == 0 ? dataset.samples[sample].name : "copy \(copy)")
      }
    }
    let names = augmentations.map { type(of: $0).name }.joined(separator: ", ")
    return try FaceSheet(cells: cells, columns: Self.columns, scale: 2, title: names.isEmpty ? "none" : names).picture()
  }
}
