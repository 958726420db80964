import Facemarks
import Files
import Imaging

/// Makes pipelines, one for each thread, and reports unusable models with the program's exit status.
struct PipelineSource: Sendable {
  private let options: FaceLandmarker.Options

  /// - Throws: `CommandFailure` when there is no such cascade or model.
  /// - Parameter isDense: whether the 68 points or the pose are wanted, for which there is a network of its own where none was named.
  init(_ detection: DetectionOptions, isDense: Bool = false) throws {
    var options = FaceLandmarker.Options(
      model: try CommandFailure.wrap(.setupUnusable) {
        isDense && detection.model == nil ? .dense : try ModelName.choice(detection.model)
      },
      minConfidence: detection.minConfidence, minSize: detection.minSize, maxFaces: detection.maxFaces)
    if let wanted = detection.cascade {
      guard let path = FileStatus(of: wanted) != nil ? wanted : CascadeDetector.find(wanted) else {
        throw CommandFailure(.setupUnusable, "\(PathText.printable(wanted)): there is no such cascade")
      }
      options.detector = .cascade(path)
    }
    self.options = options
  }

  /// The landmarks that the model gives.
  /// - Throws: `CommandFailure` when it is unusable.
  func scheme() throws -> LandmarkScheme { try CommandFailure.wrap(.setupUnusable, options.model.scheme) }

  /// For photos.
  /// - Throws: `CommandFailure` when the cascade or the model is unusable.
  func makePipeline() throws -> FacePipeline { try CommandFailure.wrap(.setupUnusable, options.makePipeline) }

  /// For videos.
  /// - Parameter cascade: how a cascade searches, where one is used.
  /// - Throws: `CommandFailure` when the cascade or the model is unusable.
  func makeVideoPipeline(_ cascade: DetectorSettings = FaceTracker.detectorSettings) throws -> FacePipeline {
    try CommandFailure.wrap(.setupUnusable) { try options.makeVideoPipeline(cascade) }
  }

  /// - Throws: `CommandFailure` when the model is unusable.
  func makeModel() throws -> LandmarkModel { try CommandFailure.wrap(.setupUnusable, options.model.load) }

  /// The network of a name that `ModelName` knows; the standard one for nil.
  /// - Throws: `CommandFailure` when it is unusable.
  static func model(at name: String?) throws -> LandmarkModel {
    try CommandFailure.wrap(.setupUnusable) { try ModelName.choice(name).load() }
  }
}
