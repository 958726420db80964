import Facemarks
import FacemarksTraining
import Glibc
import Imaging
import NeuralNetwork

/// A video made from a still by known motion, with the noise of a camera; the same on every run.
struct SyntheticVideo: Sendable {
  /// The pose of the still's face in a frame.
  struct Pose: Sendable {
    /// The middle of the face, in pixels of the frame.
    var x = 320.0
    var y = 240.0
    /// Frame pixels per pixel of the still.
    var scale = 1.6
    /// Radians, clockwise.
    var angle = 0.0
    /// Whether it is there to be found.
    var isVisible = true
  }

  enum Scenery: Sendable {
    /// The whole still moves.
    case still
    /// Heads cut out of the still before a plain ground; the last one is in front, every second one is a mirror image.
    case heads
  }

  let name: String
  let seconds: Double
  var scenery = Scenery.still
  /// The factor of the gray values.
  var light: Float = 1
  /// Whether a bar covers the face.
  var isCovered: @Sendable (Double) -> Bool = { _ in false }
  /// Whether another picture, without a face, is shown.
  var isCut: @Sendable (Double) -> Bool = { _ in false }
  /// Every face's pose at a time.
  let poses: @Sendable (Double) -> [Pose]

  static let width = 640
  static let height = 480
  static let rate = 30.0
  /// The standard deviation of the noise in gray levels.
  static let noise = 3.0

  var frameCount: Int { Int(seconds * Self.rate) }

  /// From 0 to 1 between two times with the smoothest of accelerations (least jerk).
  static func ramp(_ time: Double, _ start: Double, _ end: Double) -> Double {
    let t = min(max((time - start) / (end - start), 0), 1)
    return t * t * t * (10 + t * (6 * t - 15))
  }

  static let all: [SyntheticVideo] = [
    SyntheticVideo(name: "still", seconds: 4) { _ in [Pose()] },
    SyntheticVideo(name: "slow pan", seconds: 5) { [Pose(x: 200 + 48 * $0)] },
    SyntheticVideo(name: "quick moves", seconds: 5) { time in
      let there = ramp(time, 1, 1.25) - ramp(time, 2, 2.25) + ramp(time, 3, 3.25) - ramp(time, 4, 4.25)
      return [Pose(x: 220 + 200 * there, y: 240 + 40 * there)]
    },
    SyntheticVideo(name: "sway", seconds: 6) {
      [Pose(x: 320 + 70 * sin(2 * .pi * 0.7 * $0), y: 240 + 10 * cos(4 * $0))]
    },
    SyntheticVideo(name: "zoom", seconds: 5) { [Pose(scale: 1.6 * exp(0.7 * sin(2 * .pi * 0.3 * $0)))] },
    SyntheticVideo(name: "tilt", seconds: 6) { [Pose(angle: 30 / 180 * .pi * sin(2 * .pi * 0.35 * $0))] },
    SyntheticVideo(name: "tilted", seconds: 5) { [Pose(angle: (33 + 5 * sin(2 * .pi * 0.35 * $0)) / 180 * .pi)] },
    SyntheticVideo(name: "dark", seconds: 5, light: 1 / 8) { [Pose(x: 320 + 20 * sin(2 * $0))] },
    SyntheticVideo(
      name: "covered", seconds: 5, isCovered: { (2..<2.7).contains($0) },
      poses: { [Pose(x: 320 + 20 * sin(2 * $0), isVisible: !(1.95..<2.75).contains($0))] }),
    SyntheticVideo(name: "out and back", seconds: 5) { time in
      let x = 320 - 480 * (ramp(time, 1, 1.8) - ramp(time, 2.2, 3))
      return [Pose(x: x, isVisible: x > 60)]
    },
    SyntheticVideo(
      name: "cut", seconds: 5, isCut: { (2..<3).contains($0) },
      poses: { [Pose(isVisible: !(2..<3).contains($0))] }),
    SyntheticVideo(name: "two crossing", seconds: 5, scenery: .heads) { time in
      let there = ramp(time, 1, 4)
      let isHidden = abs(there - 0.5) < 0.18
      return [
        Pose(x: 140 + 360 * there, y: 230, scale: 1.2, isVisible: !isHidden),
        Pose(x: 500 - 360 * there, y: 250, scale: 1.4),
      ]
    },
  ]
}

/// Renders the frames of made videos.
struct SyntheticFrames {
  let still: GrayImage
  private let dimmed: GrayImage
  /// The middle of the still's face.
  private let middle: Point
  /// The side of its box.
  private let side: Double
  private let noise: [Float]

  init(still: GrayImage, face: Box) {
    self.still = still
    middle = face.center
    side = face.width
    dimmed = GrayImage(width: still.width, height: still.height, pixels: still.pixels.map { 20 + $0 / 2 })
    var random = RandomGenerator(seed: 20)
    noise = (0..<1 << 20).map { _ in Float(SyntheticVideo.noise) * random.normal() }
  }

  /// From the still to a frame.
  func map(_ pose: SyntheticVideo.Pose) -> Affine {
    let (c, s) = (pose.scale * cos(pose.angle), pose.scale * sin(pose.angle))
    return Affine(
      a: c, b: -s, c: s, d: c, tx: pose.x - c * middle.x + s * middle.y, ty: pose.y - s * middle.x - c * middle.y)
  }

  /// The landmarks of a face in a frame, by those of the still; the `index`-th face may be a mirror image.
  func truth(
    _ reference: [Point], scheme: LandmarkScheme, _ video: SyntheticVideo, face index: Int, at time: Double
  ) -> [Point] {
    let pose = map(video.poses(time)[index])
    guard case .heads = video.scenery, index % 2 == 1 else { return reference.map(pose.apply) }
    return reference.indices.map { point in
      // About the face's middle, which a mirror image keeps.
      let q = reference[scheme.mirrored[point]]
      return pose.apply(Point(x: 2 * middle.x - q.x, y: q.y))
    }
  }

  func frame(_ video: SyntheticVideo, _ number: Int) throws -> Image {
    let time = Double(number) / SyntheticVideo.rate
    let (width, height) = (SyntheticVideo.width, SyntheticVideo.height)
    var pixels = [Float](repeating: 110, count: width * height)
    let poses = video.poses(time)
    switch video.scenery {
    case .still:
      // The other picture: the still upside down and off the face.
      let pose =
        video.isCut(time)
        ? SyntheticVideo.Pose(x: 320, y: 900, scale: 2.2, angle: .pi) : poses[0]
      pixels = try still.warped(by: map(pose).inverse, width: width, height: height).pixels.map(Float.init)
    case .heads:
      for (index, pose) in poses.enumerated() { try draw(pose, isMirrored: index % 2 == 1, into: &pixels) }
    }
    if video.isCovered(time) { cover(poses[0], &pixels) }
    let offset = number * 7919
    for index in pixels.indices {
      pixels[index] = video.light * pixels[index] + noise[(index + offset * 131) & (1 << 20 - 1)]
    }
    let bytes = pixels.map { UInt8(min(max($0.rounded(), 0), 255)) }
    return try Image(GrayImage(width: width, height: height, pixels: bytes)).colored()
  }

  private func draw(_ pose: SyntheticVideo.Pose, isMirrored: Bool, into pixels: inout [Float]) throws {
    let toStill = map(pose).inverse
    // A mirror image about the face's middle, and darker.
    let flip = Affine(a: -1, b: 0, c: 0, d: 1, tx: 2 * middle.x, ty: 0)
    let layer = try (isMirrored ? dimmed : still).warped(
      by: isMirrored ? toStill.then(flip) : toStill, width: SyntheticVideo.width, height: SyntheticVideo.height)
    for y in 0..<SyntheticVideo.height {
      for x in 0..<SyntheticVideo.width {
        let p = toStill.apply(Point(x: Double(x), y: Double(y)))
        let (u, v) = ((p.x - middle.x) / (0.72 * side), (p.y - middle.y + 0.05 * side) / (0.95 * side))
        if u * u + v * v < 1 {
          pixels[y * SyntheticVideo.width + x] = Float(layer.pixels[y * SyntheticVideo.width + x])
        }
      }
    }
  }

  /// A plain bar, as wide as the face and a half.
  private func cover(_ pose: SyntheticVideo.Pose, _ pixels: inout [Float]) {
    let half = 0.75 * side * pose.scale
    let columns = max(0, Int(pose.x - half))..<min(SyntheticVideo.width, Int(pose.x + half))
    for y in 0..<SyntheticVideo.height { for x in columns { pixels[y * SyntheticVideo.width + x] = 90 } }
  }
}
