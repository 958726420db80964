import Dispatch
import Facemarks
import Files
import Imaging
import Synchronization

/// Faces with the 68 points of iBUG on whole pictures, as published data sets give them; crops of them become a `LandmarkDataset`.
struct FaceAnnotations {
  struct Face: Sendable {
    var sample: Sample
    /// The file of the picture.
    var picture: String
    /// 68, or 70 with the left and the right pupil; pixels of the picture, pixel centres at integers.
    var points: [Point]
    /// Where the annotation stands, for messages.
    var file: String
    var line: Int?
  }

  /// The file or folder that was read.
  let path: String
  var faces: [Face] = []

  private static let margin = 24
  private static var side: Int { FaceCrop.side + 2 * margin }

  /// Crops of 144 x 144 pixels around boxes as a detector of frontal faces gives them, by `FaceShape.place`. The scheme is `all`;
  /// of its 15 points none is known.
  func dataset(threads: Int, weights: LandmarkDataset.PointWeights) throws -> LandmarkDataset {
    guard !faces.isEmpty else { throw DataError(file: path, message: "no face with points") }
    let maps = try faces.map { face in
      guard let place = IBUGPoints.place(of: face.points) else {
        throw DataError(file: face.file, line: face.line, message: "the points are no face")
      }
      let margin = Double(Self.margin)
      return Affine(a: 1, b: 0, c: 0, d: 1, tx: -margin, ty: -margin)
        .then(FaceCrop.map(for: RotatedSquare(center: place.center, side: place.side).box))
    }
    let unknown = [Float](repeating: .nan, count: 2 * LandmarkScheme.kaggle15.count)
    let points = zip(faces, maps).flatMap { face, map in
      let inverse = map.inverse
      let places = face.points.map(inverse.apply).flatMap { [Float($0.x), Float($0.y)] }
      return unknown + places + [Float](repeating: .nan, count: 2 * LandmarkScheme.ibug68.count - places.count)
    }
    let pixels = try LandmarkDataset.pictures(faces.count, side: Self.side, threads: threads) { index in
      try Image(contentsOf: faces[index].picture).gray().cut(maps[index], side: Self.side, CropSampler())
    }
    return LandmarkDataset(
      path: path, scheme: .full, margin: Self.margin, samples: faces.map(\.sample), pixels: pixels, points: points,
      pointWeights: weights, threads: threads)
  }
}

/// What the 68 points of iBUG say of a face's place and size.
enum IBUGPoints {
  /// The mean of an eye's six points; left is the subject's.
  static func eyeCenter(_ points: [Point], isLeft: Bool) -> Point { mean(points[isLeft ? 42..<48 : 36..<42]) }

  /// By the eyes, the tip of the nose and the corners of the mouth.
  static func place(of points: [Point]) -> RotatedSquare? {
    guard let shape = FaceShape(.kaggle15) else { return nil }
    var known = [Point?](repeating: nil, count: LandmarkScheme.kaggle15.count)
    (known[0], known[1]) = (eyeCenter(points, isLeft: true), eyeCenter(points, isLeft: false))
    (known[10], known[11], known[12]) = (points[30], points[54], points[48])
    return shape.place(knowing: known)
  }

  private static func mean(_ points: ArraySlice<Point>) -> Point {
    let count = Double(points.count)
    return Point(x: points.reduce(0) { $0 + $1.x } / count, y: points.reduce(0) { $0 + $1.y } / count)
  }
}
