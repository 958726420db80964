import NeuralNetwork

extension LandmarkModel {
  /// Stand-in until a network is trained: the points of a mean face in every crop.
  public static func shipped() throws -> LandmarkModel {
    let points: [(Float, Float)] = [
      (66, 38), (30, 38), (59, 38), (73, 39), (37, 38), (23, 39), (56, 29), (79, 30), (40, 29), (17, 30), (48, 60),
      (63, 76), (33, 76), (48, 73), (48, 85),
    ]
    let network = try Network(
      NetworkDescription(input: [1, 96, 96], layers: [.flatten, .dense(2 * points.count)]))
    let metadata = [Key.scheme: LandmarkScheme.kaggle15.name, Key.normalization: InputNormalization.unit.rawValue]
    for parameter in network.parameters {
      parameter.value.fill(0)
      guard parameter.name == "1.bias" else { continue }
      for (index, point) in points.enumerated() {
        parameter.value.pointer[2 * index] = point.0 / 48 - 1
        parameter.value.pointer[2 * index + 1] = point.1 / 48 - 1
      }
    }
    return try LandmarkModel(network.file(metadata: metadata), file: "stand-in")
  }
}
