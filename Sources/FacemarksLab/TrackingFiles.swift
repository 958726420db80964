import Facemarks
import FacemarksTraining
import Glibc
import Imaging

/// Follows faces through video files: the jitter of the points, and the time.
package struct TrackingFiles {
  package struct Score: Sendable {
    package var method: TrackingMethod
    package var frames = 0
    /// Frames with a face.
    package var withFace = 0
    package var ids = 0
    /// The mean second difference of the points over three frames that follow each other, in shares of the eye distance.
    package var jitter = Double.nan
    /// Milliseconds of processor time per frame: of the detector, of the network with its crops, and in all.
    package var detection = 0.0
    package var network = 0.0
    package var total = 0.0
    /// Crops per frame that went through the network.
    package var crops = 0.0
  }

  private let makePipeline: (DetectorSettings) throws -> FacePipeline

  package init(makePipeline: @escaping (DetectorSettings) throws -> FacePipeline) { self.makePipeline = makePipeline }

  /// Follows the faces of a source to its end.
  package func score(_ source: any FrameSource, _ method: TrackingMethod) throws -> Score {
    OpenCV.configure(threads: 1)
    let pipeline = try makePipeline(method.detectorSettings)
    let (timedDetector, timedModel) = (TimedDetector(pipeline.detector), TimedPredictor(pipeline.model))
    let follow = method.start(
      FacePipeline(
        detector: timedDetector, model: timedModel, profile: pipeline.profile,
        smallestFace: Int(pipeline.smallestFace), settings: pipeline.settings))
    let frame = try Image(frameOf: source.info)
    let eyes = pipeline.scheme.eyeCenters
    var score = Score(method: method)
    var ids: Set<Int> = []
    var jerks: [Double] = []
    var last: [Int: [[Point]]] = [:]
    while let position = try source.read(into: frame) {
      let start = ProcessorTime.now
      let faces = try follow(frame, position.seconds)
      score.total += ProcessorTime.now - start
      score.frames += 1
      if !faces.isEmpty { score.withFace += 1 }
      var current: [Int: [[Point]]] = [:]
      for face in faces {
        ids.insert(face.id)
        let history = (last[face.id] ?? []).suffix(2) + [face.face.landmarks]
        current[face.id] = Array(history)
        if history.count == 3, let eyes { jerks.append(Self.jerk(Array(history), eyes)) }
      }
      last = current
    }
    score.ids = ids.count
    score.jitter = TrackingStudy.mean(jerks)
    let count = Double(max(score.frames, 1))
    score.detection = timedDetector.milliseconds / count
    score.network = timedModel.milliseconds / count
    score.crops = Double(timedModel.crops) / count
    score.total /= count
    return score
  }

  private static func jerk(_ history: [[Point]], _ eyes: (left: Int, right: Int)) -> Double {
    let (a, b, c) = (history[0], history[1], history[2])
    let distances = a.indices.map { k in
      Point(x: a[k].x + c[k].x, y: a[k].y + c[k].y).distance(to: Point(x: 2 * b[k].x, y: 2 * b[k].y))
    }
    return distances.reduce(0, +) / Double(distances.count) / b[eyes.left].distance(to: b[eyes.right])
  }
}

/// Milliseconds of this thread: a decoder's threads that work ahead do not count. OpenCV must not use more than this one.
private enum ProcessorTime {
  static var now: Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) * 1e3 + Double(time.tv_nsec) / 1e6
  }
}

private final class TimedDetector: FaceDetector {
  private let detector: any FaceDetector
  private(set) var milliseconds = 0.0

  var speed: Double { detector.speed }

  init(_ detector: any FaceDetector) { self.detector = detector }

  func detect(in picture: GrayImage) throws -> [Detection] {
    let start = ProcessorTime.now
    defer { milliseconds += ProcessorTime.now - start }
    return try detector.detect(in: picture)
  }
}

private final class TimedPredictor: CropPredictor {
  private let predictor: any CropPredictor
  private(set) var milliseconds = 0.0
  private(set) var crops = 0

  init(_ predictor: any CropPredictor) { self.predictor = predictor }

  var scheme: LandmarkScheme { predictor.scheme }
  var predictsConfidence: Bool { predictor.predictsConfidence }
  var refinedCrop: RefinedCrop? { predictor.refinedCrop }

  func predict(_ picture: GrayImage, maps: [Affine]) throws -> [LandmarkPrediction] {
    let start = ProcessorTime.now
    defer { milliseconds += ProcessorTime.now - start }
    crops += maps.count
    return try predictor.predict(picture, maps: maps)
  }
}
