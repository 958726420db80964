import Facemarks
import Glibc
import Imaging
import Testing

@Suite struct HeadShapeTests {
  /// By hand: the mean of what was found; the weight goes from 1 to 16 in 60 frames.
  @Test func learns() {
    var shape = HeadShape()
    #expect(shape.weight == 1 && shape.mean.allSatisfy { $0 == 0 })
    let count = shape.mean.count
    shape.add([Double](repeating: 1, count: count))
    #expect(shape.weight == 1.25 && shape.mean.allSatisfy { $0 == 1 })
    shape.add([Double](repeating: 2, count: count))
    #expect(shape.weight == 1.5 && shape.mean.allSatisfy { $0 == 1.5 })
    for _ in 0..<100 { shape.add([Double](repeating: 3, count: count)) }
    #expect(shape.weight == 16 && shape.mean.allSatisfy { $0 > 2.7 && $0 < 3 })
  }

  /// A head whose shape is known beforehand, projected by hand with the camera straight before it and with the nose 12 degrees down:
  /// its pose is found nearly exactly, and less so where its shape has to be found, too.
  @Test func aKnownShapeMakesThePoseExact() throws {
    let head = CanonicalHead.bundled
    var mode = [Double](repeating: 0, count: head.modes.count)
    (mode[0], mode[1], mode[3]) = (1.5, -1.5, 1.5)
    let (focal, distance, pitch) = (800.0, 600.0, -12.0)
    let solver = PoseSolver(focal: focal, center: Point(x: 320, y: 240))
    let (c, s) = (cos(pitch * .pi / 180), sin(pitch * .pi / 180))
    let points = head.mean.indices.map { index in
      var place = head.mean[index]
      for (share, deviations) in zip(mode, head.modes) { place = place + share * deviations[index] }
      // The nose up turns z towards y.
      let (y, z) = (c * place.y + s * place.z, c * place.z - s * place.y)
      return Point(x: 320 + focal * place.x / (distance - z), y: 240 - focal * y / (distance - z))
    }
    var known = HeadShape()
    for _ in 0..<60 { known.add(mode) }
    let sure = try #require(solver.pose(of: points, errors: nil, known: known)).pose
    let unsure = try #require(solver.pose(of: points, errors: nil)).pose
    #expect(abs(sure.pitch - pitch) < 0.3 && abs(sure.yaw) < 0.1 && abs(sure.roll) < 0.1, "\(sure)")
    #expect(abs(unsure.pitch - pitch) > abs(sure.pitch - pitch), "\(unsure)")
  }
}
