import Facemarks
import Files
import Imaging

/// Makes pipelines, one for each thread that wants one.
struct PipelineSource: Sendable {
  /// The cascade asked for.
  private let cascade: String?
  private let model: String?
  private let settings: FacePipeline.Settings

  /// - Throws: `CommandFailure` when there is no such cascade.
  init(_ options: DetectionOptions) throws {
    cascade = try options.cascade.map { wanted in
      if FileStatus(of: wanted) != nil { return wanted }
      guard let found = CascadeDetector.find(wanted) else {
        throw CommandFailure(.setupUnusable, "\(PathText.printable(wanted)): there is no such cascade")
      }
      return found
    }
    model = options.model
    settings = options.settings
  }

  /// For photos.
  /// - Throws: `CommandFailure` when the cascade or the model is unusable.
  func makePipeline() throws -> FacePipeline {
    try makePipeline(DetectorSettings(), .standard) { [$0.looking(.thorough)] }
  }

  /// For videos.
  /// - Parameter cascade: how a cascade searches, where one is used.
  /// - Throws: `CommandFailure` when the cascade or the model is unusable.
  func makeVideoPipeline(_ cascade: DetectorSettings = FaceTracker.detectorSettings) throws -> FacePipeline {
    try makePipeline(cascade, .video) { _ in [] }
  }

  /// Unless a cascade was chosen, a network that judges gets whatever may be a face.
  private func makePipeline(
    _ detectorSettings: DetectorSettings, _ sensitivity: NetworkDetector.Sensitivity,
    further: (NetworkDetector) -> [NetworkDetector]
  ) throws -> FacePipeline {
    let model = try makeModel()
    do {
      guard cascade != nil || !model.judges else {
        let detector = try NetworkDetector.shipped(sensitivity)
        return FacePipeline(network: detector, further: further(detector), model: model, settings: settings)
      }
      guard let path = cascade ?? CascadeDetector.find(CascadeDetector.defaultCascade) else {
        throw ImagingError(
          file: CascadeDetector.defaultCascade,
          message: "not found; install the package opencv-data or name a cascade with --cascade FILE")
      }
      return FacePipeline(
        detector: try CascadeDetector(cascade: path, settings: detectorSettings), model: model,
        profile: .forCascade(path), smallestFace: detectorSettings.minSize, settings: settings)
    } catch {
      throw CommandFailure(.setupUnusable, "\(error)")
    }
  }

  /// - Throws: `CommandFailure` when the model is unusable.
  func makeModel() throws -> LandmarkModel { try Self.model(at: model) }

  /// The network of a name that `ModelName` knows; the standard one for nil.
  /// - Throws: `CommandFailure` when it is unusable.
  static func model(at path: String?) throws -> LandmarkModel {
    let model: LandmarkModel
    do {
      model = try ModelName.model(path)
    } catch {
      throw CommandFailure(.setupUnusable, "\(error)")
    }
    guard model.landmarks.count == model.scheme.count else {
      throw CommandFailure(
        .setupUnusable,
        "\(model.file): knows \(model.landmarks.count) of \(model.scheme.count) landmarks only; make a whole model with "
          + "'facemarks combine'")
    }
    return model
  }
}
