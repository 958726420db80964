import Facemarks
import FacemarksTraining
import Imaging

/// A way to find faces in a video, for comparison.
package enum TrackingMethod: Sendable, Hashable, CaseIterable {
  /// The detector on every frame, as on a photo; ids by size.
  case detector
  case tracker(Smoothing)

  package static var allCases: [TrackingMethod] { [.detector] + Smoothing.allCases.map { .tracker($0) } }

  package var name: String {
    switch self {
    case .detector: "every frame"
    case .tracker(let smoothing): smoothing.rawValue
    }
  }

  /// The settings of its cascade, where one is used.
  var detectorSettings: DetectorSettings {
    self == .detector ? DetectorSettings() : FaceTracker.detectorSettings
  }

  /// A follower for one video: from frames and their times to faces.
  func start(_ pipeline: FacePipeline) -> (Image, Double) throws -> [TrackedFace] {
    switch self {
    case .detector:
      return { frame, _ in
        try pipeline.faces(in: frame.gray()).enumerated().map { TrackedFace(id: $0 + 1, face: $1) }
      }
    case .tracker(let smoothing):
      let tracker = FaceTracker(pipeline: pipeline, settings: FaceTracker.Settings(smoothing: smoothing))
      return { try tracker.faces(in: $0, at: $1) }
    }
  }
}
