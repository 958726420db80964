import NeuralNetwork

extension LandmarkModel {
  /// The network inside the program.
  public static func shipped() throws -> LandmarkModel {
    throw WeightFileError(file: "models/compact.safetensors", problem: "not there yet")
  }
}
