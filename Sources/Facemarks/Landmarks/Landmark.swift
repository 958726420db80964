import Imaging

/// The 15 keypoints of Kaggle's "Facial Keypoints Detection", in the order of its files. "Left" is the subject's left: to the
/// right in a picture that is not mirrored.
public enum Landmark: Int, Sendable, CaseIterable {
  case leftEyeCenter, rightEyeCenter
  case leftEyeInnerCorner, leftEyeOuterCorner, rightEyeInnerCorner, rightEyeOuterCorner
  case leftEyebrowInnerEnd, leftEyebrowOuterEnd, rightEyebrowInnerEnd, rightEyebrowOuterEnd
  case noseTip
  case mouthLeftCorner, mouthRightCorner, mouthCenterTopLip, mouthCenterBottomLip

  /// As in JSON and CSV: "left_eye_center".
  public var name: String { LandmarkScheme.kaggle15.landmarks[rawValue] }
}

extension Face {
  /// The position of a landmark in pixels of the picture.
  public subscript(_ landmark: Landmark) -> Point { landmarks[landmark.rawValue] }

  /// The probability, 0...1, that a landmark is less than a tenth of the distance of the eye centres off; nil when the network does
  /// not say.
  public func confidence(of landmark: Landmark) -> Double? { landmarkConfidences?[landmark.rawValue] }
}
