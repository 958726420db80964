import CBundledModels
import NeuralNetwork

/// Where the chin and the points of iBUG's 68 that do not belong to the outline (`ibug_07` to `ibug_09`, `ibug_17` to `ibug_67`) lie
/// on heads: the mean of adults and the principal components of their differences, by shape and expression (a point distribution
/// model: Cootes et al., "Active shape models", 1995; in three dimensions as in Blanz and Vetter's morphable model, 1999). In
/// models/head.safetensors; see models/head.md.
///
/// Head coordinates in millimetres: x to the subject's left, y up, z out of the face, from the middle between the eyeballs. The rest of
/// the jaw is left out: in pictures it is the outline that is seen, which is elsewhere on the head in every pose.
package struct CanonicalHead: Sendable {
  /// The iBUG numbers of the points.
  static let numbers = [7, 8, 9] + Array(17..<68)

  /// Where a number stands in `numbers`.
  static func place(of number: Int) -> Int { number < 17 ? number - 7 : number - 14 }

  package let mean: [Vector3]
  /// Components, each with a place for every point, as far as one standard deviation goes.
  package let modes: [[Vector3]]
  /// The standard deviations, along each axis, of what the components leave.
  let deviation: [Vector3]

  /// From the inner to the outer corner of the left eye.
  var eyeWidth: Vector3 { mean[Self.place(of: 45)] - mean[Self.place(of: 42)] }
  /// From the right to the left corner of the mouth.
  var mouthWidth: Vector3 { mean[Self.place(of: 54)] - mean[Self.place(of: 48)] }

  /// Where a landmark of `kaggle15` or `ibug68` is on the mean head; nil for the jaw, the pupils and unknown names.
  func place(of landmark: String) -> Vector3? {
    let scheme = LandmarkScheme.ibug68
    let averaged = Self.averaged[landmark] ?? scheme.landmarks.firstIndex(of: landmark).map { $0...$0 }
    guard let averaged, averaged.allSatisfy(Self.numbers.contains) else { return nil }
    return 1 / Double(averaged.count) * averaged.reduce(Vector3(0, 0, 0)) { $0 + mean[Self.place(of: $1)] }
  }

  /// The points of iBUG whose mean is a landmark of `kaggle15`.
  private static let averaged: [String: ClosedRange<Int>] = [
    "left_eye_center": 42...47, "right_eye_center": 36...41, "left_eye_inner_corner": 42...42,
    "left_eye_outer_corner": 45...45, "right_eye_inner_corner": 39...39, "right_eye_outer_corner": 36...36,
    "left_eyebrow_inner_end": 22...22, "left_eyebrow_outer_end": 26...26, "right_eyebrow_inner_end": 21...21,
    "right_eyebrow_outer_end": 17...17, "nose_tip": 30...30, "mouth_left_corner": 54...54,
    "mouth_right_corner": 48...48, "mouth_center_top_lip": 51...51, "mouth_center_bottom_lip": 57...57,
  ]

  /// The one inside the program.
  package static let bundled: CanonicalHead = {
    let bytes = Array(UnsafeBufferPointer(start: bundled_head, count: bundled_head_size))
    guard let file = try? Safetensors(bytes, file: "the built-in head"), let head = CanonicalHead(file) else {
      fatalError("the program was built with a damaged models/head.safetensors")
    }
    return head
  }()

  private init?(_ file: Safetensors) {
    func vectors(_ name: String) -> [Vector3]? {
      guard let values = file.entries[name]?.values.map(Double.init), values.count % (3 * Self.numbers.count) == 0
      else {
        return nil
      }
      return stride(from: 0, to: values.count, by: 3).map { Vector3(values[$0], values[$0 + 1], values[$0 + 2]) }
    }
    guard let mean = vectors("mean"), let modes = vectors("modes"), let deviation = vectors("deviation") else {
      return nil
    }
    self.mean = mean
    let count = Self.numbers.count
    self.modes = stride(from: 0, to: modes.count, by: count).map { Array(modes[$0..<$0 + count]) }
    self.deviation = deviation
  }
}
