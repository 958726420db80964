import Imaging

/// A head as a camera sees it: where its places are in the picture. The pose is that of a head of mean shape; what is left
/// between that head and the face's own landmarks is moved, turned and scaled away in the picture.
struct HeadView {
  private let rows: [Vector3]
  private let translation: Vector3
  private let lens: HeadPose.Lens
  private var correction: Similarity?

  /// In head coordinates, millimetres.
  let camera: Vector3

  /// Nearer places are not drawn, in millimetres from the camera.
  private static let nearest = 1.0

  /// - Parameter landmarks: names and places in the picture that are to be met.
  init?(_ pose: HeadPose, landmarks: [(name: String, place: Point)]) {
    guard let lens = pose.lens, pose.rotation.count == 9, pose.translation.count == 3 else { return nil }
    let (r, t) = (pose.rotation, pose.translation)
    rows = [Vector3(r[0], r[1], r[2]), Vector3(r[3], r[4], r[5]), Vector3(r[6], r[7], r[8])]
    translation = 1000 * Vector3(t[0], t[1], t[2])
    self.lens = lens
    camera = -1 * (translation.x * rows[0] + translation.y * rows[1] + translation.z * rows[2])
    var (from, to) = ([Point](), [Point]())
    for (name, place) in landmarks {
      guard let mean = CanonicalHead.bundled.place(of: name) else { continue }
      guard let seen = project(mean) else { return nil }
      from.append(Point(x: seen.x, y: seen.y))
      to.append(place)
    }
    guard from.count >= 2 else { return }
    correction = Similarity(from: from, to: to)
  }

  /// Pixels of the picture, and the distance along the camera's axis in millimetres; nil behind the camera.
  func project(_ place: Vector3) -> SIMD3<Double>? {
    let seen = Vector3(rows[0].dot(place), rows[1].dot(place), rows[2].dot(place)) + translation
    guard seen.z > Self.nearest else { return nil }
    let zoom = lens.focal / seen.z
    let point = Point(x: lens.center.x + zoom * seen.x, y: lens.center.y + zoom * seen.y)
    let corrected = correction?.apply(point) ?? point
    return SIMD3(corrected.x, corrected.y, seen.z)
  }
}
