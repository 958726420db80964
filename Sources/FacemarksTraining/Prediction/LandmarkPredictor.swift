import Facemarks
import NeuralNetwork

/// Anything that finds landmarks in crops: a network, a forest, or one of these with something around it. One per thread.
package protocol LandmarkPredictor: AnyObject {
  /// The weight file, for messages.
  var file: String { get }
  var scheme: LandmarkScheme { get }
  /// The indices of the landmarks it knows, ascending.
  var landmarks: [Int] { get }

  /// - Parameter threads: how many threads it may use.
  /// - Returns: `count * 2 * scheme.count` crop pixels, x then y of each landmark; NaN where it does not know one.
  /// - Throws: `ModelError` when what it gives are no coordinates.
  func predict(_ pictures: FacePictures, threads: Int) throws -> [Float]
}

/// The predictors that are kept in weight files.
package enum Predictors {
  /// The metadata key that tells what a weight file holds; a network where it is missing.
  package static let kindKey = "kind"

  /// The predictor of a weight file.
  /// - Throws: `FileError` or `WeightFileError`, naming the file.
  package static func read(_ path: String) throws -> any LandmarkPredictor {
    let weights = try Safetensors(contentsOf: path)
    switch weights.metadata[kindKey] {
    case nil: return NetworkPredictor(try LandmarkModel(weights, file: path))
    case RandomForest.kind: return try ForestPredictor(weights, file: path)
    case .some(let kind):
      throw WeightFileError(file: path, problem: "it holds a '\(kind)', which this version does not know")
    }
  }
}
