import Facemarks
import Files
import Imaging

/// Makes pipelines, one for each thread that wants one.
struct PipelineSource: Sendable {
  private let cascade: String
  private let isChosen: Bool
  private let model: String?
  private let settings: FacePipeline.Settings

  /// - Throws: `CommandFailure` when there is no such cascade.
  init(_ options: DetectionOptions) throws {
    isChosen = options.cascade != nil
    let wanted = options.cascade ?? CascadeDetector.defaultCascade
    if options.cascade != nil, FileStatus(of: wanted) != nil {
      cascade = wanted
    } else if let found = CascadeDetector.find(wanted) {
      cascade = found
    } else if options.cascade != nil {
      throw CommandFailure(.setupUnusable, "\(PathText.printable(wanted)): there is no such cascade")
    } else {
      throw CommandFailure(
        .setupUnusable, "\(wanted): not found; install the package opencv-data or name a cascade with --cascade FILE")
    }
    model = options.model
    settings = options.settings
  }

  /// For photos, unless a cascade was chosen, a network that judges gets whatever any search may find.
  /// - Throws: `CommandFailure` when the cascade or the model is unusable.
  func makePipeline() throws -> FacePipeline {
    let model = try makeModel()
    guard model.judges, !isChosen else { return try makePipeline(DetectorSettings(), model) }
    do {
      return FacePipeline(
        detector: try CombinedDetector.sensitive(), further: CombinedDetector.thorough(), model: model,
        profile: .corrected, smallestFace: CombinedDetector.smallestFace, settings: settings)
    } catch {
      throw CommandFailure(.setupUnusable, "\(error)")
    }
  }

  /// - Throws: `CommandFailure` when the cascade or the model is unusable.
  func makePipeline(_ detectorSettings: DetectorSettings) throws -> FacePipeline {
    try makePipeline(detectorSettings, makeModel())
  }

  private func makePipeline(_ detectorSettings: DetectorSettings, _ model: LandmarkModel) throws -> FacePipeline {
    do {
      let detector = try CascadeDetector(cascade: cascade, settings: detectorSettings)
      return FacePipeline(
        detector: detector, model: model, profile: .forCascade(cascade), smallestFace: detectorSettings.minSize,
        settings: settings)
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
