import Imaging

/// How far an eye is open and where it looks.
public struct EyeState: Sendable, Hashable {
  /// The distance of the lids divided by the width of the eye: 0 is closed, 0.16, 0.28 and 0.38 are the 5, 50 and 95 % quantiles of
  /// photos. The width is measured in the direction from corner to corner in space, so that a turned head changes nothing.
  public var lidRatio: Double
  /// From 0, closed, to 1, as open as this person opens it. In a photo nothing is known of the person, and 1 is a ratio of 0.3; in
  /// videos it is the ratio that the person reaches in a tenth of the time.
  public var openness: Double
  /// Whether the eye is closed: in photos from an openness of 0.2 down; in videos from 0.2 down, and then until it is above 0.4.
  public var isClosed: Bool
  /// The pupil's distance from the middle of the corners in widths of the eye, to the subject's left and up. A direction within the
  /// eye, not an angle. Nil when the eye is closed.
  public var gaze: Point?

  package init(lidRatio: Double, openness: Double, isClosed: Bool, gaze: Point?) {
    (self.lidRatio, self.openness, self.isClosed, self.gaze) = (lidRatio, openness, isClosed, gaze)
  }

  /// The openness of a ratio, 0...1.
  /// - Parameter open: the ratio of the open eye.
  static func openness(_ ratio: Double, open: Double) -> Double {
    min(max((ratio - closedRatio) / max(open - closedRatio, 0.05), 0), 1)
  }

  /// The ratio of the open eye of a person of whom nothing is known.
  static let usualRatio = 0.3
  /// The network's ratio of closed eyes.
  static let closedRatio = 0.1
}

/// The shape of a mouth, in measures of its points.
public struct MouthShape: Sendable, Hashable {
  /// The distance of the inner lips (`ibug_62`, `ibug_66`) divided by the mouth's width; 0 is closed.
  public var openness: Double
  /// The distance of the corners in space (`ibug_48`, `ibug_54`) divided by that of the eyes' outer corners.
  public var width: Double
  /// How far the corners lie above the middle of the lips (`ibug_51`, `ibug_57`), in widths of the mouth: the more the mouth smiles the
  /// larger.
  public var smile: Double

  package init(openness: Double, width: Double, smile: Double) {
    (self.openness, self.width, self.smile) = (openness, width, smile)
  }
}
