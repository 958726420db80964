import CShippedModels
import NeuralNetwork

extension LandmarkModel {
  /// The network inside the program: models/compact.safetensors.
  /// - Throws: `WeightFileError` when the program was built with a damaged file.
  public static func shipped() throws -> LandmarkModel {
    let bytes = UnsafeBufferPointer(start: shipped_model_compact, count: shipped_model_compact_size)
    return try LandmarkModel(Safetensors(Array(bytes), file: "the built-in network"), file: "the built-in network")
  }
}
