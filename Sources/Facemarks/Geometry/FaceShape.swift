import Glibc
import Imaging

/// The mean shape of the 15 landmarks of `kaggle15`, with which a scheme begins, and the points that place the crop.
package struct FaceShape: Sendable {
  /// Mean positions in units of the distance of the eye centres, x to the subject's left, y down, about their own mean.
  package let mean: [Point]
  private let eyes: (left: Int, right: Int)
  private let mouth: (left: Int, right: Int)
  private let nose: Int

  /// The fit of landmarks to the mean shape: the place of their crop, and how far they are from the shape of a face.
  package struct Fit: Sendable, Hashable {
    package var place: RotatedSquare
    /// The root mean square distance of the points from the mean shape, moved, turned and scaled to fit best; in eye
    /// distances of the fitted shape.
    package var residual: Double
  }

  /// Nil for a scheme that does not begin with the landmarks of `kaggle15`.
  package init?(_ scheme: LandmarkScheme) {
    guard scheme.landmarks.starts(with: LandmarkScheme.kaggle15.landmarks), let eyes = scheme.eyeCenters,
      let nose = scheme.landmarks.firstIndex(of: "nose_tip"),
      let left = scheme.landmarks.firstIndex(of: "mouth_left_corner"),
      let right = scheme.landmarks.firstIndex(of: "mouth_right_corner")
    else { return nil }
    self.eyes = eyes
    self.nose = nose
    mouth = (left, right)
    mean = Self.kaggle15
  }

  /// Nil when the points are no face at all: too few, in one place, or a mirror image.
  package func fit(_ points: [Point]) -> Fit? {
    let points = Array(points.prefix(mean.count))
    guard points.count == mean.count, let similarity = Similarity(from: mean, to: points), similarity.scale > 0 else {
      return nil
    }
    let squares = zip(mean, points).reduce(0) { sum, pair in
      let distance = similarity.apply(pair.0).distance(to: pair.1)
      return sum + distance * distance
    }
    let residual = (squares / Double(points.count)).squareRoot() / similarity.scale
    let roll = atan2(similarity.b, similarity.a)
    let place = place(of: points, roll: roll)
    guard place.side > 0, place.side.isFinite else { return nil }
    return Fit(place: place, residual: residual)
  }

  /// The place of the refined crop, by the points predicted in the crop `first`; nil where they are no face, or so far from
  /// that crop that they cannot be the face that it shows.
  package func refinedSquare(_ points: [Point], after first: RotatedSquare) -> RotatedSquare? {
    guard let place = fit(points)?.place, place.shift(to: first) < Self.greatestShift,
      place.ratio(to: first) < Self.greatestRatio
    else { return nil }
    return place
  }

  /// As shares of the smaller side, and of sizes.
  private static let greatestShift = 0.4
  private static let greatestRatio = 1.6

  /// The place of a face by the points that are known; nil without the eye centres, the nose tip and the corners of the mouth.
  package func place(knowing points: [Point?]) -> RotatedSquare? {
    let known = mean.indices.filter { points[$0] != nil }
    let all = points.map { $0 ?? Point(x: 0, y: 0) }
    guard Set(known).isSuperset(of: [eyes.left, eyes.right, nose, mouth.left, mouth.right]),
      let similarity = Similarity(from: known.map { mean[$0] }, to: known.map { all[$0] }), similarity.scale > 0
    else { return nil }
    let place = place(of: all, roll: atan2(similarity.b, similarity.a))
    return place.side > 0 && place.side.isFinite ? place : nil
  }

  /// The place at which a detector is to find a face, by the points that are known. On a turned head `place(knowing:)` covers the
  /// front only, which is half of the head in a full profile; this square keeps its size and reaches back to the ear.
  ///
  /// The factors come from synthetic heads, whose outlines are known. All numbers are multiples of the distance from eyes to
  /// mouth; middle and nose tip are measured from the middle of eyes and mouth.
  ///
  /// | turn in degrees | side | middle behind | nose tip before |
  /// |---|---|---|---|
  /// | 0...15 | 2.59 | 0.11 | 0.05 |
  /// | 30...45 | 2.59 | 0.46 | 0.26 |
  /// | 60...75 | 2.44 | 0.53 | 0.37 |
  /// | 90...100 | 2.25 | 0.40 | 0.38 |
  package func headPlace(knowing points: [Point?]) -> RotatedSquare? {
    guard var place = place(knowing: points), let leftEye = points[eyes.left], let rightEye = points[eyes.right],
      let left = points[mouth.left], let right = points[mouth.right], let nose = points[nose]
    else { return nil }
    let (e, m) = (Self.middle(leftEye, rightEye), Self.middle(left, right))
    let length = e.distance(to: m)
    let middle = Self.middle(e, m)
    let (cosine, sine) = (cos(place.roll), sin(place.roll))
    let turn = (cosine * (nose.x - middle.x) + sine * (nose.y - middle.y)) / max(length, 1e-6)
    let shift = -0.48 * length * min(max(turn / 0.3, -1), 1)
    place.side = max(place.side, 2.4 * length)
    place.center.x += shift * cosine
    place.center.y += shift * sine
    return place
  }

  /// From the middle of the eyes to that of the mouth's corners; nil without them.
  package func eyesToMouth(_ points: [Point?]) -> Double? {
    guard let leftEye = points[eyes.left], let rightEye = points[eyes.right],
      let left = points[mouth.left], let right = points[mouth.right]
    else { return nil }
    return Self.middle(leftEye, rightEye).distance(to: Self.middle(left, right))
  }

  private static func middle(_ p: Point, _ q: Point) -> Point { Point(x: (p.x + q.x) / 2, y: (p.y + q.y) / 2) }

  /// The square that a Haar detector's box would be, in a picture turned until the head is upright. With E the middle of the
  /// eye centres, M that of the mouth corners, N the nose tip, i the distance of the eyes and v that of E and M:
  ///
  ///     centre x = E.x + 0.305 (M.x - E.x) - 0.011 (N.x - E.x)
  ///     centre y = E.y + 0.161 (M.y - E.y) + 0.225 (N.y - E.y)
  ///     side     = 1.314 i + 1.339 v, but at least 2.25 v
  ///
  /// Fitted on 2,704 detections; the mapping that the training crops were made with. The least side is for heads turned so far
  /// that the eyes come to lie together: without it a closer look at a profile would not show its mouth.
  private func place(of points: [Point], roll: Double) -> RotatedSquare {
    let (cosine, sine) = (cos(roll), sin(roll))
    func upright(_ p: Point) -> Point { Point(x: cosine * p.x + sine * p.y, y: cosine * p.y - sine * p.x) }
    let (leftEye, rightEye) = (points[eyes.left], points[eyes.right])
    let e = upright(Self.middle(leftEye, rightEye))
    let m = upright(Self.middle(points[mouth.left], points[mouth.right]))
    let n = upright(points[nose])
    let x = e.x + 0.305 * (m.x - e.x) - 0.011 * (n.x - e.x)
    let y = e.y + 0.161 * (m.y - e.y) + 0.225 * (n.y - e.y)
    let height = e.distance(to: m)
    return RotatedSquare(
      center: Point(x: cosine * x - sine * y, y: sine * x + cosine * y),
      side: max(1.314 * leftEye.distance(to: rightEye) + 1.339 * height, 2.25 * height), roll: roll)
  }

  /// The Procrustes mean of the 12,607 training faces with all points (labels.csv, train, quality 1), made symmetric.
  private static let kaggle15: [Point] = {
    let sides: [(Double, Double)] = [
      (0.5, -0.31), (-0.5, -0.31), (0.2643, -0.2536), (0.695, -0.282), (-0.2643, -0.2536), (-0.695, -0.282),
      (0.2074, -0.4588), (0.9357, -0.4268), (-0.2074, -0.4588), (-0.9357, -0.4268), (0, 0.2933), (0.4171, 0.7537),
      (-0.4171, 0.7537), (0, 0.6653), (0, 0.9964),
    ]
    return sides.map { Point(x: $0.0, y: $0.1) }
  }()
}
