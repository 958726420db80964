import Imaging
import Synchronization

/// Finds the faces of pictures and the landmarks of each.
///
///     let landmarker = try FaceLandmarker()
///     for face in try landmarker.faces(inPhoto: "photo.jpg") {
///       print(face.box, face[.noseTip])
///     }
///
/// It may be used from several tasks at once: each call that is under way has networks of its own (some 30 MB), which later calls
/// use again. For the frames of a video see ``FaceTracker``.
public final class FaceLandmarker: Sendable {
  /// Settings of a ``FaceLandmarker`` or a ``FaceTracker``.
  public struct Options: Sendable, Hashable {
    /// The landmark network.
    public var model = Model.compact
    /// The face detector.
    public var detector = Detector.network
    /// Faces with a lower confidence, 0...1, are dropped. Nil stands for 0.25 on pictures; in videos it leaves the choice
    /// to ``FaceTracker``.
    public var minConfidence: Double?
    /// Faces with a smaller box, in pixels of the picture, are dropped; nil leaves the limit to the detector. A small number finds
    /// small faces on large pictures, and takes longer.
    public var minSize: Int?
    /// The largest number of faces given, the largest faces first; nil for no limit.
    public var maxFaces: Int?
    /// The camera's focal length, for the distances in head poses.
    public var focal: FocalLength

    /// Settings; those left out are the presets.
    public init(
      model: Model = .compact, detector: Detector = .network, minConfidence: Double? = nil, minSize: Int? = nil,
      maxFaces: Int? = nil, focal: FocalLength = .assumed
    ) {
      self.focal = focal
      (self.model, self.detector) = (model, detector)
      (self.minConfidence, self.minSize, self.maxFaces) = (minConfidence, minSize, maxFaces)
    }
  }

  /// A landmark network.
  public enum Model: Sendable, Hashable {
    /// The built-in network that is used by default.
    case compact
    /// A wider built-in network: more accurate and slower.
    case accurate
    /// The built-in network that also gives the 68 points of iBUG and the pupils, behind the 15, and by them the pose of the head, the eyes
    /// and the mouth. Its 15 points are a little less accurate.
    case dense
    /// The built-in network that gives the same as `dense` but has seen synthetic heads and pictures with clear rights alone. Less
    /// accurate. The built-in detector's pictures are not all of that kind: a cascade of OpenCV finds faces without it.
    case open
    /// The weight file at a path, made by `facemarks train`.
    case file(String)
  }

  /// A way to find faces.
  public enum Detector: Sendable, Hashable {
    /// The built-in network; for a landmark network without confidences OpenCV's cascade `alt2` instead.
    case network
    /// A Haar cascade of OpenCV, by the path of its file.
    case cascade(String)
  }

  /// The settings that the landmarker was made with.
  public let options: Options
  private let free: Mutex<[Tools]>

  /// The networks that one call uses.
  private struct Tools: @unchecked Sendable {
    let pipeline: FacePipeline
  }

  /// Loads the networks.
  /// - Throws: `UnusableModelError` when the network or the cascade cannot be used.
  public init(_ options: Options = Options()) throws(UnusableModelError) {
    self.options = options
    free = Mutex([Tools(pipeline: try UnusableModelError.wrap(options.makePipeline))])
  }

  /// The faces of a picture, the largest first; empty when there is none. Boxes and landmarks are in pixels of the picture, x to
  /// the right, y down, pixel centres at integers.
  /// - Throws: `ImagingError` or `ModelError` when the picture cannot be searched or read.
  public func faces(in picture: Image) throws -> [Face] {
    let gray = try picture.gray()
    return try withPipeline { pipeline in
      var faces = try pipeline.faces(in: gray)
      let reader = FaceReader(
        scheme: pipeline.scheme, width: picture.width, height: picture.height, focal: options.focal)
      for index in faces.indices { reader?.read(&faces[index]) }
      return faces
    }
  }

  /// The faces of a photo's file, in pixels of the upright photo.
  /// - Throws: as `faces(in:)`; `ImagingError` also when the file cannot be read or is no whole picture.
  public func faces(inPhoto path: String) throws -> [Face] { try faces(in: Image(contentsOf: path)) }

  /// The faces of a picture in memory, in pixels of that picture.
  /// - Throws: as `faces(in:)`.
  public func faces(in pixels: PixelBuffer) throws -> [Face] { try pixels.withImage(faces) }

  private func withPipeline<Result>(_ body: (FacePipeline) throws -> Result) throws -> Result {
    let known = free.withLock { $0.popLast() }
    let tools = try known ?? Tools(pipeline: options.makePipeline())
    defer { free.withLock { $0.append(tools) } }
    return try body(tools.pipeline)
  }
}

extension FaceLandmarker.Options {
  /// For pictures.
  package func makePipeline() throws -> FacePipeline {
    try makePipeline(DetectorSettings(), .standard) { [$0.withSensitivity(.thorough)] }
  }

  /// For videos.
  /// - Parameter cascade: how a cascade searches, where one is used.
  package func makeVideoPipeline(_ cascade: DetectorSettings = FaceTracker.detectorSettings) throws -> FacePipeline {
    try makePipeline(cascade, .video) { _ in [] }
  }

  /// Unless a cascade was chosen, a network that predicts confidences gets all candidates of the built-in detector.
  private func makePipeline(
    _ cascadeSettings: DetectorSettings, _ sensitivity: NetworkDetector.Sensitivity,
    further: (NetworkDetector) -> [NetworkDetector]
  ) throws -> FacePipeline {
    let model = try model.load()
    let settings = FacePipeline.Settings(minSize: minSize, maxFaces: maxFaces, minConfidence: minConfidence)
    var path: String?
    if case .cascade(let chosen) = detector { path = chosen }
    if path == nil, model.predictsConfidence {
      let network = try NetworkDetector.bundled(sensitivity)
      return FacePipeline(network: network, further: further(network), model: model, settings: settings)
    }
    guard let path = path ?? CascadeDetector.find(CascadeDetector.defaultCascade) else {
      throw ImagingError(
        file: CascadeDetector.defaultCascade, message: "not found; install the package opencv-data or name a cascade")
    }
    return FacePipeline(
      detector: try CascadeDetector(cascade: path, settings: cascadeSettings), model: model,
      profile: .forCascade(path), smallestFace: cascadeSettings.minSize, settings: settings)
  }
}

extension FaceLandmarker.Model {
  /// The landmarks that it gives, without loading a built-in network.
  /// - Throws: as `load`, for a file.
  package func scheme() throws -> LandmarkScheme {
    switch self {
    case .compact, .accurate: .kaggle15
    case .dense, .open: .full
    case .file: try load().scheme
    }
  }

  /// - Throws: `FileError` or `WeightFileError`; `UnusableModelError` when the network knows a part of the landmarks only.
  package func load() throws -> LandmarkModel {
    let model =
      switch self {
      case .compact: try LandmarkModel.bundled(.compact)
      case .accurate: try LandmarkModel.bundled(.accurate)
      case .dense: try LandmarkModel.bundled(.dense)
      case .open: try LandmarkModel.bundled(.open)
      case .file(let path): try LandmarkModel(contentsOf: path)
      }
    guard model.landmarks.count == model.scheme.count else {
      throw UnusableModelError(
        description:
          "\(model.file): knows \(model.landmarks.count) of \(model.scheme.count) landmarks only; make a whole "
          + "model with 'facemarks combine'")
    }
    return model
  }
}

extension FaceTracker {
  /// Follows faces as `options` say; a face that is less sure than their `minConfidence` for the moment is not given.
  /// - Throws: `UnusableModelError` when the network or the cascade cannot be used.
  public convenience init(_ options: FaceLandmarker.Options = FaceLandmarker.Options()) throws(UnusableModelError) {
    self.init(
      pipeline: try UnusableModelError.wrap { try options.makeVideoPipeline() },
      settings: Settings(focal: options.focal))
  }

  /// The faces of the next frame, in memory.
  /// - Parameters:
  ///   - pixels: of the same size each time.
  ///   - seconds: the frame's time in the video; later than that of the frame before.
  /// - Throws: as `faces(in:at:)` with an `Image`.
  public func faces(in pixels: PixelBuffer, at seconds: Double) throws -> [TrackedFace] {
    try pixels.withImage { try faces(in: $0, at: seconds) }
  }
}
