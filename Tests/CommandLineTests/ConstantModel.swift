import Facemarks
import NeuralNetwork

/// Weight files of networks that say the same of every face.
enum ConstantModel {
  /// Point k is at (x + k, y).
  /// - Parameter landmarks: the names of those it claims to know; nil = all.
  static func bytes(x: Float, y: Float, landmarks: [String]? = nil) throws -> [UInt8] {
    let bias = (0..<15).flatMap { [(x + Float($0) - 48) / 48, (y - 48) / 48] }
    let network = try Network(NetworkDescription(input: [1, 96, 96], layers: [.globalAveragePool, .dense(30)]))
    for parameter in network.parameters {
      parameter.value.values = parameter.role == .bias ? bias : [Float](repeating: 0, count: parameter.value.count)
    }
    var metadata = [LandmarkModel.Key.scheme: "kaggle15", LandmarkModel.Key.normalization: "unit"]
    metadata[LandmarkModel.Key.landmarks] = landmarks?.joined(separator: ",")
    return try network.file(metadata: metadata).encoded()
  }
}
