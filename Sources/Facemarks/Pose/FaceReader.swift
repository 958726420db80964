import Glibc
import Imaging

/// Reads head pose, eyes and mouth from the landmarks of a face.
package struct FaceReader {
  private let solver: PoseSolver
  /// The index of `ibug_00`.
  private let first: Int

  /// For a picture whose middle is where the camera's axis meets it. Nil for another scheme than `full`.
  package init?(scheme: LandmarkScheme, width: Int, height: Int, focal: FocalLength) {
    self.init(
      scheme: scheme, focal: focal.pixels(width: width, height: height),
      center: Point(x: Double(width - 1) / 2, y: Double(height - 1) / 2))
  }

  /// - Parameters:
  ///   - focal: in pixels.
  ///   - center: where the camera's axis meets the picture.
  /// - Returns: nil for another scheme than `full`.
  package init?(scheme: LandmarkScheme, focal: Double, center: Point) {
    guard scheme == .full else { return nil }
    first = LandmarkScheme.kaggle15.count
    solver = PoseSolver(focal: focal, center: center)
  }

  /// Fills in what the landmarks of a face in a picture say; nothing where they are no head.
  package func read(_ face: inout Face) {
    var shape = HeadShape()
    read(&face, lids: face.landmarks, shape: &shape)
  }

  /// - Parameters:
  ///   - raw: the landmarks to read the lids from: those of the face are smoothed and would miss a blink.
  ///   - shape: what is known of the person's head; learns from this face.
  func read(_ face: inout Face, lids raw: [Point], shape: inout HeadShape) {
    let points = Array(face.landmarks[first..<first + LandmarkScheme.ibug68.count])
    // The confidences are about errors in shares of this.
    let unit = face.landmarks[0].distance(to: face.landmarks[1])
    let errors = face.landmarkConfidences.map { confidences in
      CanonicalHead.numbers.map { ErrorScale.standard(ofConfidence: confidences[first + $0]) * unit }
    }
    let found = solver.pose(of: CanonicalHead.numbers.map { points[$0] }, errors: errors, known: shape)
    guard let found else { return }
    shape.add(found.shape)
    let pose = found.pose
    face.pose = pose
    let sharp = Array(raw[first..<first + LandmarkScheme.ibug68.count])
    face.rightEye = Self.eye(sharp, corners: (36, 39), lids: [(37, 41), (38, 40)], pupil: 69, pose)
    face.leftEye = Self.eye(sharp, corners: (42, 45), lids: [(43, 47), (44, 46)], pupil: 68, pose)
    face.mouth = Self.mouth(points, pose)
  }

  /// - Parameter corners: the one at the picture's left first.
  private static func eye(
    _ points: [Point], corners: (Int, Int), lids: [(Int, Int)], pupil: Int, _ pose: HeadPose
  ) -> EyeState? {
    let (start, end) = (points[corners.0], points[corners.1])
    let width = length(from: start, to: end, along: CanonicalHead.bundled.eyeWidth, pose)
    guard width > 0 else { return nil }
    let ratio = lids.reduce(0) { $0 + points[$1.0].distance(to: points[$1.1]) } / Double(lids.count) / width
    let openness = EyeState.openness(ratio, open: EyeState.usualRatio)
    let isClosed = openness <= 0.2
    var gaze: Point?
    let across = start.distance(to: end)
    if !isClosed, across > 0 {
      let (x, y) = (points[pupil].x - (start.x + end.x) / 2, points[pupil].y - (start.y + end.y) / 2)
      let (c, s) = ((end.x - start.x) / across, (end.y - start.y) / across)
      gaze = Point(x: (c * x + s * y) / across, y: -(c * y - s * x) / width)
    }
    return EyeState(lidRatio: ratio, openness: openness, isClosed: isClosed, gaze: gaze)
  }

  private static func mouth(_ points: [Point], _ pose: HeadPose) -> MouthShape? {
    let (right, left) = (points[48], points[54])
    let width = length(from: right, to: left, along: CanonicalHead.bundled.mouthWidth, pose)
    let eyes = length(from: points[36], to: points[45], along: CanonicalHead.bundled.mouthWidth, pose)
    guard width > 0, eyes > 0 else { return nil }
    let roll = pose.roll * .pi / 180
    /// Downwards along the head.
    func down(_ point: Point) -> Double { cos(roll) * point.y - sin(roll) * point.x }
    let corners = (down(right) + down(left)) / 2
    let middle = (down(points[51]) + down(points[57])) / 2
    return MouthShape(
      openness: points[62].distance(to: points[66]) / width, width: width / eyes, smile: (middle - corners) / width)
  }

  /// A distance in the picture as it would be if the line lay across the view: foreshortening is undone, up to three times.
  /// - Parameter direction: of the line on the head.
  private static func length(from start: Point, to end: Point, along direction: Vector3, _ pose: HeadPose) -> Double {
    let r = pose.rotation
    let x = r[0] * direction.x + r[1] * direction.y + r[2] * direction.z
    let y = r[3] * direction.x + r[4] * direction.y + r[5] * direction.z
    let share = (x * x + y * y).squareRoot() / direction.length
    return start.distance(to: end) / max(share, 1 / 3.0)
  }
}

/// From a landmark's confidence back to its expected error.
private enum ErrorScale {
  /// The standard deviation of the distance, in eye distances: that of the density in `NetworkOutputs` is the root of three, one for
  /// each axis, times its scale.
  static func standard(ofConfidence confidence: Double) -> Double {
    let place = min(max(confidence, 0), 1) * Double(table.count - 1)
    let index = min(Int(place), table.count - 2)
    return table[index] + (place - Double(index)) * (table[index + 1] - table[index])
  }

  /// For confidences of 0 to 1 in steps: the scale at which `NetworkOutputs.probability` of a tenth is that, by bisection.
  private static let table: [Double] = (0...200).map { step in
    var (low, high) = (0.0, 1.0)
    for _ in 0..<30 {
      let middle = (low + high) / 2
      let isSmaller = NetworkOutputs.probability(within: 0.1, scale: middle) > Double(step) / 200
      (low, high) = isSmaller ? (middle, high) : (low, middle)
    }
    return 3.0.squareRoot() * low
  }
}
