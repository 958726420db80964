import CBundledModels
import NeuralNetwork

/// Where the 68 points of iBUG without the jaw's (`ibug_17` to `ibug_67`) lie on heads: the mean of adults and the principal
/// components of their differences, by shape and expression (a point distribution model: Cootes et al., "Active shape models", 1995;
/// in three dimensions as in Blanz and Vetter's morphable model, 1999). In models/head.safetensors; see models/head.md.
///
/// Head coordinates in millimetres: x to the subject's left, y up, z out of the face, from the middle between the eyeballs. The jaw is
/// left out: in pictures it is the outline that is seen, which is elsewhere on the head in every pose.
struct CanonicalHead: Sendable {
  /// The iBUG number of the first point.
  static let first = 17
  /// Of points.
  static let count = 51

  let mean: [Vector3]
  /// Components, each with a place for every point, as far as one standard deviation goes.
  let modes: [[Vector3]]
  /// The standard deviations, along each axis, of what the components leave.
  let deviation: [Vector3]

  /// From the inner to the outer corner of the left eye.
  var eyeWidth: Vector3 { mean[45 - Self.first] - mean[42 - Self.first] }
  /// From the right to the left corner of the mouth.
  var mouthWidth: Vector3 { mean[54 - Self.first] - mean[48 - Self.first] }

  /// Where a landmark of `kaggle15` or `ibug68` is on the mean head; nil for the jaw, the pupils and unknown names.
  func place(of landmark: String) -> Vector3? {
    let scheme = LandmarkScheme.ibug68
    let numbers = Self.numbers[landmark] ?? scheme.landmarks.firstIndex(of: landmark).map { $0...$0 }
    guard let numbers, numbers.lowerBound >= Self.first, numbers.upperBound < Self.first + Self.count else {
      return nil
    }
    return 1 / Double(numbers.count) * numbers.reduce(Vector3(0, 0, 0)) { $0 + mean[$1 - Self.first] }
  }

  /// The points of iBUG whose mean is a landmark of `kaggle15`.
  private static let numbers: [String: ClosedRange<Int>] = [
    "left_eye_center": 42...47, "right_eye_center": 36...41, "left_eye_inner_corner": 42...42,
    "left_eye_outer_corner": 45...45, "right_eye_inner_corner": 39...39, "right_eye_outer_corner": 36...36,
    "left_eyebrow_inner_end": 22...22, "left_eyebrow_outer_end": 26...26, "right_eyebrow_inner_end": 21...21,
    "right_eyebrow_outer_end": 17...17, "nose_tip": 30...30, "mouth_left_corner": 54...54,
    "mouth_right_corner": 48...48, "mouth_center_top_lip": 51...51, "mouth_center_bottom_lip": 57...57,
  ]

  /// The one inside the program.
  static let bundled: CanonicalHead = {
    let bytes = Array(UnsafeBufferPointer(start: bundled_head, count: bundled_head_size))
    guard let file = try? Safetensors(bytes, file: "the built-in head"), let head = CanonicalHead(file) else {
      fatalError("the program was built with a damaged models/head.safetensors")
    }
    return head
  }()

  private init?(_ file: Safetensors) {
    func vectors(_ name: String) -> [Vector3]? {
      guard let values = file.entries[name]?.values.map(Double.init), values.count % (3 * Self.count) == 0 else {
        return nil
      }
      return stride(from: 0, to: values.count, by: 3).map { Vector3(values[$0], values[$0 + 1], values[$0 + 2]) }
    }
    guard let mean = vectors("mean"), let modes = vectors("modes"), let deviation = vectors("deviation") else {
      return nil
    }
    self.mean = mean
    self.modes = stride(from: 0, to: modes.count, by: Self.count).map { Array(modes[$0..<$0 + Self.count]) }
    self.deviation = deviation
  }
}
