import Facemarks
import Glibc
import Imaging
import TestSupport
import Testing

/// Every registered filter against pictures made by NumPy and Pillow (Fixtures/filters.py) of a face that looks ahead, one that
/// is turned and tilted, and the mirror image of that.
@Suite struct FilterPictureTests {
  enum Pose: Int, CaseIterable {
    case ahead, turned, mirrored

    /// As in Fixtures/filters.py.
    var landmarks: [Point] {
      guard let mean = FaceShape(.kaggle15)?.mean else { return [] }
      let (c, s) = (cos(25 * Double.pi / 180), sin(25 * Double.pi / 180))
      let turned = mean.enumerated().map { index, point in
        let x = point.x * (point.x > 0 ? 0.7 : 0.95) + (index == 10 ? 0.15 : 0)
        return Point(x: 92 + 34 * (c * x - s * point.y), y: 110 + 34 * (s * x + c * point.y))
      }
      switch self {
      case .ahead: return mean.map { Point(x: 96 + 36 * $0.x, y: 104 + 36 * $0.y) }
      case .turned: return turned
      case .mirrored: return LandmarkScheme.kaggle15.mirrored.map { Point(x: 191 - turned[$0].x, y: turned[$0].y) }
      }
    }
  }

  private static let side = 192
  private static let gray = 128.0 / 255

  private static func face(_ landmarks: [Point]) -> Face {
    Face(box: Box(x: 40, y: 40, width: 100, height: 100), confidence: 1, landmarks: landmarks)
  }

  private static func fixture(_ name: String) throws -> Image {
    try Image(contentsOf: repositoryFile("Tests/FacemarksTests/Filters/Fixtures/\(name).png"))
  }

  /// How far a picture is from the fixture's for a pose: the root mean square of the differences over that of what the fixture
  /// shows besides the gray ground. Both in means of 4x4 pixels, about what an eye sees of a filter on a small face.
  private func deviation(_ name: String, _ pose: Pose, landmarks: [Point]) throws -> Double {
    let ground = Color(red: 128, green: 128, blue: 128)
    let canvas = try Image(width: Self.side, height: Self.side, color: ground)
    FaceFiltersTests.apply(try FaceFilters.named(name), to: canvas, Self.face(landmarks))
    let small = try canvas.resized(width: 48, height: 48)
    let expected = try Self.fixture(name)
    var (differences, shown) = (0.0, 0.0)
    for y in 0..<48 {
      for x in 0..<48 {
        let right = expected.pixel(x: 48 * pose.rawValue + x, y: y)
        for (one, other) in zip(small.pixel(x: x, y: y), right) {
          differences += (one - other) * (one - other)
          shown += (other - Self.gray) * (other - Self.gray)
        }
      }
    }
    return (differences / shown).squareRoot()
  }

  @Test(arguments: FaceFilters.names, Pose.allCases)
  func looksAsItShould(name: String, pose: Pose) throws {
    #expect(try deviation(name, pose, landmarks: pose.landmarks) < Self.tolerance)
  }

  /// The tolerance tells a wrong place, tilt and size from the right ones.
  @Test(arguments: FaceFilters.names, Pose.allCases)
  func aWrongPlacementIsSeen(name: String, pose: Pose) throws {
    let right = pose.landmarks
    let middle = Point(x: 96, y: 104)
    let (c, s) = (cos(0.15), sin(0.15))
    let wrong: [[Point]] = [
      right.map { Point(x: $0.x + 3, y: $0.y) },
      right.map { Point(x: $0.x, y: $0.y - 3) },
      right.map { p in
        let (x, y) = (p.x - middle.x, p.y - middle.y)
        return Point(x: middle.x + c * x - s * y, y: middle.y + s * x + c * y)
      },
      right.map { Point(x: middle.x + 1.15 * ($0.x - middle.x), y: middle.y + 1.15 * ($0.y - middle.y)) },
    ]
    for landmarks in wrong { #expect(try deviation(name, pose, landmarks: landmarks) > 1.5 * Self.tolerance) }
  }

  private static let tolerance = 0.12
}
