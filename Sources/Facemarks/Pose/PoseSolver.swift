import Imaging
import NeuralNetwork

/// Computes the pose of a head from points in a picture: in closed form with a camera that is far away (a scaled orthographic
/// projection: DeMenthon and Davis, "Model-based object pose in 25 lines of code", 1995), then by Gauss-Newton steps with the true
/// perspective, for the pose and for the head's shape together: the most probable ones, given how heads differ (`CanonicalHead`)
/// and how exact each point is. Points far off count less (Huber's loss).
package struct PoseSolver {
  /// In pixels of the picture.
  let focal: Double
  /// Where the camera's axis meets the picture.
  let center: Point
  private let head = CanonicalHead.bundled

  private static let steps = 10
  /// Radians: a step that turns the head by less was the last.
  private static let leastTurn = 3e-4
  /// Errors beyond this many standard deviations count less.
  private static let huber = 2.5
  /// No point is more exact than this share of the distance between the eyes' outer corners.
  private static let leastError = 0.004
  /// Millimetres between the outer corners of the eyes, which is about as far as from the nose to any point.
  private static let extent = 91.0

  package init(focal: Double, center: Point) { (self.focal, self.center) = (focal, center) }

  /// - Parameters:
  ///   - points: those of `CanonicalHead`, in pixels of the picture.
  ///   - errors: their expected errors in pixels, as standard deviations; nil takes all as equally exact.
  ///   - known: what is known of the person's head.
  /// - Returns: with the shape that was found; nil where the points are in one place or no head before the camera.
  package func pose(of points: [Point], errors: [Double]?, known: HeadShape = HeadShape()) -> (
    pose: HeadPose, shape: [Double]
  )? {
    precondition(points.count == CanonicalHead.numbers.count, "other points than the head's")
    let nose = points[CanonicalHead.place(of: 30)]
    let unit = points[CanonicalHead.place(of: 36)].distance(to: points[CanonicalHead.place(of: 45)])
    let extent = max(unit, points.map { $0.distance(to: nose) }.max() ?? 0)
    let least = Self.leastError * extent
    guard least > 0, least.isFinite else { return nil }
    let errors = points.indices.map { max(errors?[$0] ?? 0, least) }
    guard var state = farAway(points, errors, millimetres: Self.extent / extent) else { return nil }
    state.shape = known.mean
    for _ in 0..<Self.steps {
      guard let next = refined(state, points, errors, known) else { return nil }
      state = next.state
      if next.turn < Self.leastTurn { break }
    }
    guard state.translation.z > 0, state.translation.length.isFinite else { return nil }
    let lens = HeadPose.Lens(focal: focal, center: center)
    return (HeadPose(state.rotation, translation: state.translation, lens: lens), state.shape)
  }

  private struct State {
    var rotation: Rotation
    /// Millimetres.
    var translation: Vector3
    /// The share of each mode.
    var shape: [Double]
  }

  /// Fits two rows of an affine camera to the mean head, each by its own, and takes the nearest rotation.
  /// - Parameter millimetres: of a pixel at the head, about.
  private func farAway(_ points: [Point], _ errors: [Double], millimetres: Double) -> State? {
    var (right, down) = (NormalEquations(4), NormalEquations(4))
    for (index, mean) in head.mean.enumerated() {
      let rest = head.modes.reduce(head.deviation[index].dot(head.deviation[index])) { $0 + $1[index].dot($1[index]) }
      let error = millimetres * errors[index]
      let weight = 1 / (rest / 3 + error * error)
      let row = [mean.x, mean.y, mean.z, 1]
      right.add(row, difference: points[index].x - center.x, weight: weight)
      down.add(row, difference: points[index].y - center.y, weight: weight)
    }
    guard let a = right.solved(), let b = down.solved() else { return nil }
    let (first, second) = (Vector3(a[0], a[1], a[2]), Vector3(b[0], b[1], b[2]))
    guard let rotation = Rotation(first: first, second: second) else { return nil }
    let scale = (first.length * second.length).squareRoot()
    guard scale > 0, scale.isFinite else { return nil }
    return State(
      rotation: rotation, translation: Vector3(a[3] / scale, b[3] / scale, focal / scale),
      shape: head.modes.map { _ in 0 })
  }

  /// One Gauss-Newton step, and by how much it turned the head, in radians.
  private func refined(
    _ state: State, _ points: [Point], _ errors: [Double], _ known: HeadShape
  ) -> (state: State, turn: Double)? {
    let modes = head.modes.count
    var equations = NormalEquations(6 + modes)
    let rows = state.rotation.rows
    var (u, v) = ([Double](repeating: 0, count: 6 + modes), [Double](repeating: 0, count: 6 + modes))
    for index in points.indices {
      var place = head.mean[index]
      for mode in 0..<modes { place = place + state.shape[mode] * head.modes[mode][index] }
      let turned = state.rotation(place)
      let seen = turned + state.translation
      guard seen.z > 0 else { return nil }
      let zoom = focal / seen.z
      let du = points[index].x - zoom * seen.x - center.x
      let dv = points[index].y - zoom * seen.y - center.y
      // The error's covariance in the picture: that of the head's shape, projected, and that of the point.
      let (d, error) = (head.deviation[index], errors[index] * errors[index])
      func covariance(_ a: Vector3, _ b: Vector3) -> Double {
        zoom * zoom * (a.x * b.x * d.x * d.x + a.y * b.y * d.y * d.y + a.z * b.z * d.z * d.z)
      }
      let uu = covariance(rows.0, rows.0) + error
      let uv = covariance(rows.0, rows.1)
      let slope = uv / uu
      let rest = covariance(rows.1, rows.1) + error - slope * uv
      let off = (du * du / uu + (dv - slope * du) * (dv - slope * du) / rest).squareRoot()
      let share = off > Self.huber ? Self.huber / off : 1
      // The derivatives by a turn about each axis (the turned point times the slope), by the place and by the modes.
      let uSlope = Vector3(zoom, 0, -zoom * seen.x / seen.z)
      let vSlope = Vector3(0, zoom, -zoom * seen.y / seen.z)
      let (uTurn, vTurn) = (turned.cross(uSlope), turned.cross(vSlope))
      (u[0], u[1], u[2], u[3], u[4], u[5]) = (uTurn.x, uTurn.y, uTurn.z, uSlope.x, uSlope.y, uSlope.z)
      (v[0], v[1], v[2], v[3], v[4], v[5]) = (vTurn.x, vTurn.y, vTurn.z, vSlope.x, vSlope.y, vSlope.z)
      for mode in 0..<modes {
        let moved = state.rotation(head.modes[mode][index])
        u[6 + mode] = uSlope.dot(moved)
        v[6 + mode] = vSlope.dot(moved)
      }
      // What of v does not follow from u is independent of it.
      for index in v.indices { v[index] -= slope * u[index] }
      equations.add(u, difference: du, weight: share / uu)
      equations.add(v, difference: dv - slope * du, weight: share / rest)
    }
    for mode in 0..<modes {
      equations.add(6 + mode, difference: known.mean[mode] - state.shape[mode], weight: known.weight)
    }
    guard let step = equations.solved() else { return nil }
    let turn = Vector3(step[0], step[1], step[2])
    let next = State(
      rotation: state.rotation.turned(by: turn),
      translation: state.translation + Vector3(step[3], step[4], step[5]),
      shape: (0..<modes).map { state.shape[$0] + step[6 + $0] })
    return (next, turn.length)
  }
}

/// The normal equations of a weighted least-squares problem.
private struct NormalEquations {
  private let count: Int
  private var matrix: [Double]
  private var right: [Double]

  init(_ count: Int) {
    self.count = count
    matrix = [Double](repeating: 0, count: count * count)
    right = [Double](repeating: 0, count: count)
  }

  /// An equation: the row times the unknowns is the difference.
  mutating func add(_ row: [Double], difference: Double, weight: Double) {
    row.withUnsafeBufferPointer { row in
      matrix.withUnsafeMutableBufferPointer { matrix in
        for i in 0..<count {
          let factor = weight * row[i]
          right[i] += factor * difference
          for j in 0...i { matrix[i * count + j] += factor * row[j] }
        }
      }
    }
  }

  /// An equation: one unknown is the difference.
  mutating func add(_ index: Int, difference: Double, weight: Double) {
    matrix[index * count + index] += weight
    right[index] += weight * difference
  }

  /// Nil where the matrix is not positive.
  func solved() -> [Double]? { Cholesky.solve(matrix, right) }
}
