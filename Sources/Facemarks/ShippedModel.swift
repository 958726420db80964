import CShippedModels
import NeuralNetwork

extension LandmarkModel {
  private static let shippedName = "the built-in network"

  /// The network inside the program: models/compact.safetensors.
  /// - Throws: `WeightFileError` when the program was built with a damaged file.
  public static func shipped() throws -> LandmarkModel { try LandmarkModel(shippedWeights(), file: shippedName) }

  /// Its weights, as in the file.
  public static func shippedWeights() throws -> Safetensors {
    let bytes = UnsafeBufferPointer(start: shipped_model_compact, count: shipped_model_compact_size)
    return try Safetensors(Array(bytes), file: shippedName)
  }
}
