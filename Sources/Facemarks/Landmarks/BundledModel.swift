import CBundledModels
import NeuralNetwork

/// The networks inside the program: models/NAME.safetensors.
package enum BundledModel: String, CaseIterable, Sendable {
  /// The one that is used unless another is asked for.
  case compact
  /// Wider, more accurate, slower.
  case accurate
  /// Also gives the 68 points and the pupils; its 15 points are a little less accurate.
  case dense
  /// As `dense`, but trained on synthetic heads and pictures with clear rights alone.
  case open

  /// Stands for the file's name in messages.
  package var file: String { "the built-in model \(rawValue)" }

  /// - Throws: `WeightFileError` when the program was built with a damaged file.
  package func weights() throws -> Safetensors {
    let bytes =
      switch self {
      case .compact: UnsafeBufferPointer(start: bundled_model_compact, count: bundled_model_compact_size)
      case .accurate: UnsafeBufferPointer(start: bundled_model_accurate, count: bundled_model_accurate_size)
      case .dense: UnsafeBufferPointer(start: bundled_model_dense, count: bundled_model_dense_size)
      case .open: UnsafeBufferPointer(start: bundled_model_open, count: bundled_model_open_size)
      }
    return try Safetensors(Array(bytes), file: file)
  }
}

extension LandmarkModel {
  /// - Throws: `WeightFileError` when the program was built with a damaged file.
  package static func bundled(_ model: BundledModel = .compact) throws -> LandmarkModel {
    try LandmarkModel(model.weights(), file: model.file)
  }
}

extension NetworkDetector {
  /// The detector inside the program: models/detector.safetensors.
  /// - Throws: `WeightFileError` when the program was built with a damaged file.
  package static func bundled(_ sensitivity: Sensitivity = .standard) throws -> NetworkDetector {
    let file = "the built-in detector"
    let bytes = UnsafeBufferPointer(start: bundled_detector, count: bundled_detector_size)
    return try NetworkDetector(Safetensors(Array(bytes), file: file), file: file, sensitivity: sensitivity)
  }
}
