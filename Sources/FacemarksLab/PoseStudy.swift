import Facemarks
import Imaging

/// The errors of head pose, lids and mouths on synthetic heads, whose truth is exact; with the camera that took them.
package struct PoseStudy {
  /// The errors of heads that are turned about as far.
  package struct Row: Sendable {
    /// The turn to either side in degrees.
    package var yaws: Range<Double>
    package var heads = 0
    package var found = 0
    /// Sums of yaw, pitch and roll errors over those found, in degrees.
    fileprivate var sums = [0.0, 0, 0]

    /// The mean absolute errors of yaw, pitch and roll in degrees.
    package var means: [Double] { sums.map { $0 / Double(max(found, 1)) } }
  }

  /// Lids of eyes whose true ratio is in a range.
  package struct LidRow: Sendable {
    package var ratios: Range<Double>
    package var eyes = 0
    /// Sums of the true ratios and those that were read.
    fileprivate var sums = (truth: 0.0, read: 0.0)
    fileprivate var closed = 0

    package var truth: Double { sums.truth / Double(max(eyes, 1)) }
    package var read: Double { sums.read / Double(max(eyes, 1)) }
    /// The share that is taken for closed.
    package var closedShare: Double { Double(closed) / Double(max(eyes, 1)) }
  }

  package private(set) var rows = [0.0, 15, 30, 45, 60, 75].map { Row(yaws: $0..<$0 + ($0 == 75 ? 30 : 15)) }
  /// As `rows`, from the true points: what the different shapes of heads leave.
  package private(set) var limits: [Row]
  package private(set) var lids = [(0.0, 0.03), (0.03, 0.1), (0.1, 0.2), (0.2, 0.3), (0.3, 0.6)].map {
    LidRow(ratios: $0.0..<$0.1)
  }
  /// The sum of the errors of mouths' openness, and their number.
  private var mouths = (sum: 0.0, count: 0)

  /// The mean error of a mouth's openness.
  package var mouthError: Double { mouths.sum / Double(max(mouths.count, 1)) }

  /// - Parameter pipeline: with a network that gives the 68 points.
  package init(_ heads: SyntheticHeads, _ pipeline: FacePipeline) throws {
    limits = rows
    for head in heads.heads {
      let camera = head.pose
      guard
        let reader = FaceReader(
          scheme: pipeline.scheme, focal: camera.f, center: Point(x: camera.cx, y: camera.cy))
      else { return }
      let box = head.haarBox
      let center = Point(x: box[0] + box[2] / 2, y: box[1] + box[2] / 2)
      let faces = try pipeline.faces(in: heads.picture(head).gray())
      var face = faces.filter { $0.box.center.distance(to: center) < 0.6 * box[2] }.min {
        $0.box.center.distance(to: center) < $1.box.center.distance(to: center)
      }
      if var found = face {
        reader.read(&found)
        face = found
      }
      var exact = Face(
        box: Box(x: box[0], y: box[1], width: box[2], height: box[2]), confidence: 1, landmarks: head.landmarks)
      reader.read(&exact)
      for index in rows.indices where rows[index].yaws.contains(abs(camera.yaw)) {
        rows[index].add(face?.pose, camera)
        limits[index].add(exact.pose, camera)
      }
      if let face, abs(camera.yaw) < 45 { addParts(of: face, head) }
    }
  }

  private mutating func addParts(of face: Face, _ head: SyntheticHeads.Head) {
    for (eye, truth, side) in [
      (face.leftEye, head.leftEyeOpenness, "left"), (face.rightEye, head.rightEyeOpenness, "right"),
    ] {
      let isVisible = ["inner_corner", "outer_corner", "center"].allSatisfy {
        head.kaggle15Vis["\(side)_eye_\($0)"] == 0
      }
      guard let eye, isVisible, let index = lids.firstIndex(where: { $0.ratios.contains(truth) }) else { continue }
      lids[index].add(eye, truth: truth)
    }
    let isVisible = ["left_corner", "right_corner", "center_top_lip", "center_bottom_lip"].allSatisfy {
      head.kaggle15Vis["mouth_\($0)"] == 0
    }
    if isVisible, let mouth = face.mouth {
      mouths.sum += abs(mouth.openness - head.mouthOpenness)
      mouths.count += 1
    }
  }
}

extension PoseStudy.Row {
  fileprivate mutating func add(_ pose: HeadPose?, _ truth: SyntheticHeads.Head.Pose) {
    heads += 1
    guard let pose else { return }
    found += 1
    for (index, error) in [pose.yaw - truth.yaw, pose.pitch - truth.pitch, pose.roll - truth.roll].enumerated() {
      sums[index] += abs(error.remainder(dividingBy: 360))
    }
  }
}

extension PoseStudy.LidRow {
  fileprivate mutating func add(_ eye: EyeState, truth: Double) {
    eyes += 1
    sums.truth += truth
    sums.read += eye.lidRatio
    closed += eye.isClosed ? 1 : 0
  }
}

extension SyntheticHeads.Head {
  /// In the order of the scheme `full`.
  fileprivate var landmarks: [Point] {
    let first = LandmarkScheme.kaggle15.landmarks.map { kaggle15[$0] ?? [0, 0] }
    return (first + ibug68 + [leftPupil, rightPupil]).map { Point(x: $0[0], y: $0[1]) }
  }
}
