import Facemarks
import FacemarksTraining
import Files
import Glibc
import NeuralNetwork

/// The name of a model: a weight file, a run's folder, or a built-in model.
enum ModelName {
  /// Its description in help texts.
  static let words =
    "A weight file, a run's folder, or a built-in model: "
    + BundledModel.allCases.map { $0 == .compact ? "\($0) (default)" : "\($0)" }.joined(separator: ", ") + "."

  /// The built-in network of a name, unless there is a file or folder of that name; nil stands for the standard one.
  static func bundled(_ name: String?) -> BundledModel? {
    guard let name else { return .compact }
    return FileStatus(of: name) != nil ? nil : BundledModel(rawValue: name)
  }

  /// The weight file of a run's folder; any other path as it is.
  static func file(_ path: String) -> String {
    FileStatus(of: Trainer.configurationPath(path)) != nil ? Trainer.modelPath(path) : path
  }

  /// As `file`; where there is no such file and the word does not look like one, the name of a built-in model was mistyped.
  private static func existing(_ name: String) throws(FileError) -> String {
    let path = file(name)
    let isName = name.allSatisfy { $0 != "." && $0 != "/" }
    guard isName, FileStatus(of: path) == nil, errno == ENOENT else { return path }
    let known = BundledModel.allCases.map(\.rawValue).joined(separator: ", ")
    throw FileError(
      path: path, reason: .missing, detail: "No such file or directory; the built-in models are \(known)")
  }

  /// The files that it reads, which outputs must not replace.
  static func inputs(_ name: String?) -> [String] {
    bundled(name) == nil ? [name].compactMap { $0 }.map(file) : []
  }

  /// - Throws: `FileError` when there is nothing of that name.
  static func choice(_ name: String?) throws -> FaceLandmarker.Model {
    switch bundled(name) {
    case .compact: .compact
    case .accurate: .accurate
    case .dense: .dense
    case .open: .open
    case nil: .file(try existing(name ?? ""))
    }
  }

  static func predictor(_ name: String?) throws -> any LandmarkPredictor {
    if let bundled = bundled(name) { return NetworkPredictor(try LandmarkModel.bundled(bundled)) }
    return try Predictors.read(existing(name ?? ""))
  }

  static func weights(_ name: String?) throws -> Safetensors {
    if let bundled = bundled(name) { return try bundled.weights() }
    return try Safetensors(contentsOf: existing(name ?? ""))
  }
}
