import Imaging

/// The smoothing of a followed face's landmarks. Each face has a smoother of its own.
package enum Smoothing: String, CaseIterable, Sendable {
  /// The points as the network gave them.
  case none
  /// An exponential moving average of every point: steady, but late on quick moves.
  case ema
  /// The One-Euro filter, apart for the face's motion and for its points within the face.
  case oneEuro = "one-euro"

  /// A smoother for one face of a scheme.
  package func makeSmoother(for scheme: LandmarkScheme) -> any LandmarkSmoother {
    switch self {
    case .none: UnsmoothedLandmarks()
    case .ema: AveragedLandmarks()
    case .oneEuro: OneEuroLandmarks(reference: FaceShape(scheme)?.mean)
    }
  }
}

/// Smooths the landmarks of one face from frame to frame.
package protocol LandmarkSmoother {
  /// - Parameters:
  ///   - points: the landmarks of this frame in pixels, as many in every frame.
  ///   - unit: the face's size in pixels, so that speeds do not depend on the video's resolution; over 0.
  ///   - step: seconds since the last frame, over 0; not looked at in the first one.
  mutating func smooth(_ points: [Point], unit: Double, step: Double) -> [Point]
}

/// No smoothing.
package struct UnsmoothedLandmarks: LandmarkSmoother {
  package init() {}

  package func smooth(_ points: [Point], unit: Double, step: Double) -> [Point] { points }
}
