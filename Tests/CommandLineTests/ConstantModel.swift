import Facemarks
import Glibc
import NeuralNetwork

/// Weight files of networks that say the same of every face.
enum ConstantModel {
  /// Point k is at (x + k, y).
  /// - Parameters:
  ///   - landmarks: the names of those it claims to know; nil = all.
  ///   - face: how sure it is of every face, 0...1, each point with a scale of a pixel; nil for a network that does not predict confidences.
  static func bytes(x: Float, y: Float, landmarks: [String]? = nil, face: Float? = nil) throws -> [UInt8] {
    var bias = (0..<15).flatMap { [(x + Float($0) - 48) / 48, (y - 48) / 48] }
    if let face { bias += [Float](repeating: 0, count: 15) + [log(face / (1 - face))] }
    let network = try Network(
      NetworkDescription(input: [1, 96, 96], layers: [.globalAveragePool, .dense(bias.count)]))
    for parameter in network.parameters {
      parameter.value.values = parameter.role == .bias ? bias : [Float](repeating: 0, count: parameter.value.count)
    }
    var metadata = [LandmarkModel.Key.scheme: "kaggle15", LandmarkModel.Key.normalization: "unit"]
    metadata[LandmarkModel.Key.landmarks] = landmarks?.joined(separator: ",")
    return try network.file(metadata: metadata).encoded()
  }
}
