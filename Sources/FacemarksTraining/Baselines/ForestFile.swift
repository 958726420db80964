import Facemarks
import NeuralNetwork

/// A forest in a weight file: `nodes` (feature, threshold and next node of each, whole numbers), `roots` and `values`.
extension RandomForest {
  /// The value of `Predictors.kindKey`.
  static let kind = "forest"

  func file(metadata: [String: String]) -> Safetensors {
    var metadata = metadata
    metadata[Predictors.kindKey] = Self.kind
    let table = nodes.flatMap { [Float($0.feature), Float($0.threshold), Float($0.next)] }
    return Safetensors(
      metadata: metadata,
      entries: [
        "nodes": Safetensors.Entry(shape: [nodes.count, 3], values: table),
        "roots": Safetensors.Entry(shape: [roots.count], values: roots.map(Float.init)),
        "values": Safetensors.Entry(shape: [values.count / outputs, outputs], values: values),
      ])
  }

  /// - Throws: `WeightFileError` naming `name` when the numbers are not those of trees.
  init(_ file: Safetensors, outputs: Int, featureCount: Int, name: String) throws {
    func bad(_ problem: String) -> WeightFileError { WeightFileError(file: name, problem: problem) }
    guard let nodes = file.entries["nodes"], let roots = file.entries["roots"], let values = file.entries["values"],
      nodes.shape.count == 2, nodes.shape[1] == 3, roots.shape.count == 1, !roots.values.isEmpty,
      values.shape.count == 2, values.shape[1] == outputs
    else { throw bad("it lacks nodes, roots or values of a forest") }
    let count = nodes.shape[0]
    func whole(_ value: Float, in range: Range<Int>) throws -> Int {
      guard value == value.rounded(), abs(value) < 0x1p24, range.contains(Int(value)) else {
        throw bad("the forest's node numbers are damaged")
      }
      return Int(value)
    }
    self.nodes = try (0..<count).map { index in
      let feature = try whole(nodes.values[3 * index], in: -1..<featureCount)
      let threshold = try whole(nodes.values[3 * index + 1], in: 0..<256)
      // Children come after their parents, so no way through a tree is endless.
      let range = feature < 0 ? 0..<values.shape[0] : min(index + 1, count)..<max(count - 1, index + 1)
      return Node(
        feature: feature, threshold: UInt8(threshold), next: try whole(nodes.values[3 * index + 2], in: range))
    }
    self.roots = try roots.values.map { try whole($0, in: 0..<count) }
    self.values = values.values
    self.outputs = outputs
  }
}

/// Predicts with a random forest.
package final class ForestPredictor: LandmarkPredictor {
  package let file: String
  package let scheme: LandmarkScheme
  package let landmarks: [Int]
  private let forest: RandomForest

  /// - Throws: `WeightFileError` naming `file`.
  package init(_ weights: Safetensors, file: String) throws {
    let name = weights.metadata[LandmarkModel.Key.scheme] ?? ""
    guard let scheme = LandmarkScheme.named(name) else {
      throw WeightFileError(file: file, problem: "unknown landmark scheme '\(name)'")
    }
    let names = weights.metadata[LandmarkModel.Key.landmarks]
    guard let landmarks = names.map(scheme.indices(of:)) ?? Array(scheme.landmarks.indices) else {
      throw WeightFileError(
        file: file, problem: "the '\(LandmarkModel.Key.landmarks)' in its metadata are not all landmarks")
    }
    forest = try RandomForest(
      weights, outputs: 2 * scheme.count, featureCount: RandomForest.featureCount, name: file)
    self.file = file
    self.scheme = scheme
    self.landmarks = landmarks
  }

  package func predict(_ pictures: FacePictures, threads: Int) throws -> [Float] {
    let count = pictures.count
    let features = RandomForest.features(of: pictures.crops, count: count)
    let width = 2 * scheme.count
    let unknown = scheme.landmarks.indices.filter { !landmarks.contains($0) }
    var result = [Float](repeating: 0, count: count * width)
    features.withUnsafeBufferPointer { input in
      result.withUnsafeMutableBufferPointer { output in
        guard let input = input.baseAddress, let output = output.baseAddress else { return }
        for index in 0..<count {
          forest.predict(input + index * RandomForest.featureCount, into: output + index * width)
          for landmark in unknown { (output + index * width + 2 * landmark).update(repeating: .nan, count: 2) }
        }
      }
    }
    return result
  }
}
