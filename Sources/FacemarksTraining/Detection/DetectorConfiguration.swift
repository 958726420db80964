import Files

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The configuration of a detector's training, kept as `config.json` in the run's folder.
package struct DetectorConfiguration: Codable, Hashable, Sendable {
  /// A folder of labelled crops (labels.csv) with pictures without faces in nonfaces.tar.
  package var data: String
  /// Folders of whole photos with the places of their faces (`SceneDataset`). All are drawn from as often; one that is named
  /// twice, twice as often.
  package var scenes: [String] = []
  /// A detector's weight file to start from. A residual block that it does not have starts as the identity.
  package var from: String?
  /// Batches in all.
  package var steps = 40_000
  /// Tiles in a batch.
  package var batchSize = 32
  /// The learning rate at the start; it falls to a hundredth along a cosine.
  package var rate: Float = 0.003
  package var weightDecay: Float = 0.001
  /// The share of the running average of the weights that stays at each step.
  package var averaging: Float = 0.998
  package var seed: UInt64 = 1
  package var threads = 2
  package var licence = ""

  package init(data: String, scenes: [String] = []) { (self.data, self.scenes) = (data, scenes) }

  /// - Throws: `FileError`, or `DataError` when the file is not a configuration or has a value that cannot be.
  package init(contentsOf path: String) throws {
    do {
      self = try JSONDecoder().decode(Self.self, from: Data(Files.read(path)))
      try validate()
    } catch let error as DecodingError {
      throw DataError(file: path, message: "is not the configuration of a detector's training: \(error.words)")
    } catch let error as TrainingError {
      throw DataError(file: path, message: "\(error)")
    }
  }

  /// As JSON.
  /// - Throws: `TrainingError` for a number that is not finite.
  package var text: String { get throws { try configurationText } }

  /// - Throws: `TrainingError` that names what is out of range.
  package func validate() throws {
    func require(_ holds: Bool, _ words: String) throws { if !holds { throw TrainingError(words) } }
    try require((1...10_000_000).contains(steps), "steps must be in 1...10000000")
    try require((1...4096).contains(batchSize), "batchSize must be in 1...4096")
    try require(rate > 0 && rate <= 1, "rate must be in 0...1")
    try require((0..<1).contains(averaging), "averaging must be in 0..<1")
    try require((1...256).contains(threads), "threads must be in 1...256")
  }
}
