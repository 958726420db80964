import Facemarks
import FacemarksTraining
import Glibc
import NeuralNetwork

/// What stands where a model is asked for: a weight file, a run's folder, or the name of a network inside the program.
enum ModelName {
  /// What options say of it.
  static let words =
    "A weight file, a run's folder, or a built-in network: "
    + ShippedModel.allCases.map { $0 == .compact ? "\($0) (default)" : "\($0)" }.joined(separator: ", ") + "."

  /// The network inside the program that is meant; a file or folder of that name comes first. Nothing asks for the standard one.
  static func shipped(_ name: String?) -> ShippedModel? {
    guard let name else { return .compact }
    return access(name, F_OK) == 0 ? nil : ShippedModel(rawValue: name)
  }

  /// The weight file of a run's folder; any other path as it is.
  static func file(_ path: String) -> String {
    access(Trainer.configurationPath(path), F_OK) == 0 ? Trainer.modelPath(path) : path
  }

  /// The files that it reads, which outputs must not replace.
  static func inputs(_ name: String?) -> [String] {
    shipped(name) == nil ? [name].compactMap { $0 }.map(file) : []
  }

  static func choice(_ name: String?) -> FaceLandmarker.Model {
    switch shipped(name) {
    case .compact: .compact
    case .accurate: .accurate
    case nil: .file(file(name ?? ""))
    }
  }

  static func predictor(_ name: String?) throws -> any LandmarkPredictor {
    if let shipped = shipped(name) { return NetworkPredictor(try LandmarkModel.shipped(shipped)) }
    return try Predictors.read(file(name ?? ""))
  }

  static func weights(_ name: String?) throws -> Safetensors {
    if let shipped = shipped(name) { return try shipped.weights() }
    return try Safetensors(contentsOf: file(name ?? ""))
  }
}
