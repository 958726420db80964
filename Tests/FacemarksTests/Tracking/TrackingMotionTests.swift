import Facemarks
import Imaging
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#endif

/// The tracker with the real detector and network, on a photo that is moved in a known way.
@Suite struct TrackingMotionTests {
  /// Her face stands around (224, 118) and is about 110 pixels wide.
  private static let middle = Point(x: 224, y: 118)

  private struct Motion {
    var x = 160.0
    var y = 120.0
    var scale = 1.0
    var angle = 0.0

    /// From the photo to the frame.
    var map: Affine {
      let (c, s) = (scale * cos(angle), scale * sin(angle))
      let m = TrackingMotionTests.middle
      return Affine(a: c, b: -s, c: s, d: c, tx: x - c * m.x + s * m.y, ty: y - s * m.x - c * m.y)
    }
  }

  private let photo: GrayImage
  private let tracker: FaceTracker

  init() throws {
    photo = try Image(contentsOf: asset("astronaut.png")).gray()
    let cascade = try #require(CascadeDetector.find(CascadeDetector.defaultCascade))
    tracker = FaceTracker(
      pipeline: FacePipeline(
        detector: try CascadeDetector(cascade: cascade, settings: FaceTracker.detectorSettings),
        model: try LandmarkModel.bundled(), profile: .forCascade(cascade)))
  }

  private func frame(_ motion: Motion) throws -> Image {
    try Image(photo.warped(by: motion.map.inverse, width: 320, height: 240)).colored()
  }

  /// Follows the face; the mean distance of its points from the first frame's, moved as the photo was, as a share of the
  /// eye distance, for every frame.
  private func errors(_ frames: Int, _ motion: (Double) -> Motion) throws -> [Double] {
    var first: [Point] = []
    return try (0..<frames).map { number in
      let time = Double(number) / 30
      let faces = try tracker.faces(in: frame(motion(time)), at: time)
      #expect(faces.map(\.id) == [1])
      let points = try #require(faces.first).face.landmarks
      if first.isEmpty { first = points.map(motion(0).map.inverse.apply) }
      let truth = first.map(motion(time).map.apply)
      let distances = zip(points, truth).map { distance($0, $1) }
      return distances.reduce(0, +) / Double(distances.count) / distance(truth[0], truth[1])
    }
  }

  @Test func aStillFaceStandsStill() throws {
    #expect(try errors(20) { _ in Motion() }.allSatisfy { $0 < 1e-3 })
  }

  /// To 30 degrees and back, where the detector by itself finds the face up to some 15.
  @Test func aTiltedHeadIsFollowed() throws {
    let errors = try errors(60) { Motion(angle: .pi / 6 * sin(.pi * $0)) }
    #expect(errors.allSatisfy { $0 < 0.04 })
  }

  /// 80 pixels, nearly the face's width, in a fifth of a second.
  @Test func aQuickMoveIsFollowedWithoutLag() throws {
    let errors = try errors(40) { time in
      let t = min(max((time - 0.4) / 0.2, 0), 1)
      return Motion(x: 120 + 80 * t * t * (3 - 2 * t))
    }
    #expect(errors.allSatisfy { $0 < 0.06 })
  }

  @Test func aFaceThatComesCloserIsFollowed() throws {
    #expect(try errors(45) { Motion(scale: 0.6 + 0.7 * $0) }.allSatisfy { $0 < 0.05 })
  }

  @Test func aCutToAPictureWithoutAFaceEndsItAtOnce() throws {
    let ground = try Image(width: 320, height: 240, color: Color(red: 90, green: 90, blue: 90))
    _ = try errors(10) { _ in Motion() }
    for number in 10..<15 { #expect(try tracker.faces(in: ground, at: Double(number) / 30).isEmpty) }
    let back = try tracker.faces(in: frame(Motion()), at: 0.5)
    #expect(back.map(\.id) == [1])
  }
}
