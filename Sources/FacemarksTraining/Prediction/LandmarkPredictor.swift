import Facemarks
import NeuralNetwork

/// A predictor of landmarks for the pictures of a data set: a network, a forest, or a wrapper of one. One per thread.
/// `CropPredictor` is its counterpart for crops anywhere in a picture.
package protocol LandmarkPredictor: AnyObject {
  /// The weight file, for messages.
  var file: String { get }
  var scheme: LandmarkScheme { get }
  /// The indices of the landmarks it knows, ascending.
  var landmarks: [Int] { get }

  /// - Parameter threads: how many threads it may use.
  /// - Returns: `count * 2 * scheme.count` crop pixels, x then y of each landmark; NaN where it does not know one.
  /// - Throws: `ModelError` when its output is not finite.
  func predict(_ pictures: FacePictures, threads: Int) throws -> [Float]
}

/// The predictors that are kept in weight files.
package enum Predictors {
  /// The metadata key of the kind of a weight file; a network where it is missing.
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
