import Facemarks
import Foundation
import Imaging
import TestSupport
import Testing

/// Filters with a place on the head against places in pictures and hidden spots computed by NumPy (Fixtures/heads.py).
@Suite struct HeadFilterTests {
  struct Heads: Decodable {
    struct Case: Decodable {
      struct Spot: Decodable {
        /// Millimetres from the picture's middle, x to the right, y up.
        var x: Double
        var y: Double
        var seen: [Double]
        var hidden: Bool
      }

      var yaw: Double
      var depth: Double
      var rotation: [Double]
      var landmarks: [String: [Double]]
      var spots: [Spot]
    }

    var focal: Double
    var center: [Double]
    var translation: [Double]
    var cases: [Case]

    static func read() throws -> Heads {
      let path = repositoryFile("Tests/FacemarksTests/Filters/Fixtures/heads.json")
      return try JSONDecoder().decode(Heads.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
    }

    /// - Parameter moved: of the landmarks alone, to the right.
    func face(_ head: Case, moved: Double = 0) -> Face {
      let landmarks = LandmarkScheme.kaggle15.landmarks.compactMap { name in
        head.landmarks[name].map { Point(x: $0[0] + moved, y: $0[1]) }
      }
      var face = Face(box: Box(x: 200, y: 120, width: 240, height: 240), confidence: 1, landmarks: landmarks)
      face.pose = HeadPose(
        yaw: head.yaw, pitch: 0, roll: 0, rotation: head.rotation, translation: translation.map { $0 / 1000 },
        lens: HeadPose.Lens(focal: focal, center: Point(x: center[0], y: center[1])))
      return face
    }
  }

  private static let anchors =
    #""anchors": {"left_eye_inner_corner": [97, 40], "right_eye_inner_corner": [63, 40], "nose_tip": [80, 80]}"#

  /// A filter of 160x120 pixels, a millimetre each, with these colours.
  private func filter(
    place: String, _ color: (Int, Int) -> (red: Int, green: Int, blue: Int, alpha: Int)
  ) throws -> StickerFilter {
    let folder = try TemporaryFolder()
    let samples = (0..<160 * 120).flatMap { index in
      let (red, green, blue, alpha) = color(index % 160, index / 160)
      return [red, green, blue, alpha].map { UInt8($0) }
    }
    try folder.add("a.png", PictureBytes.png(width: 160, height: 120, color: .rgba, depth: 8, samples: samples))
    try folder.add("a.json", Array("{\(Self.anchors), \"place\": \(place)}".utf8))
    return try FaceFilters.named("image:" + folder.file("a.png"))
  }

  private func canvas() throws -> Image {
    try Image(width: 640, height: 480, color: Color(red: 0, green: 0, blue: 255))
  }

  private func pixel(_ image: Image, _ place: [Double], moved: Double = 0) -> [Double] {
    image.pixel(x: Int((place[0] + moved).rounded()), y: Int(place[1].rounded())).map { $0 * 255 }
  }

  /// The picture's red is its column and its green its row, so that each pixel tells what part of it is seen there: within a
  /// pixel of the photo, which at a yaw of 60 degrees is a millimetre across.
  @Test(arguments: 0..<5) func perspectiveAndWhatTheHeadHides(index: Int) throws {
    let heads = try Heads.read()
    let head = heads.cases[index]
    let filter = try filter(place: #"{"width": 160, "center": [0, -25, \#(head.depth)], "bend": 200}"#) { x, y in
      (x, y, 0, 255)
    }
    for moved in [0.0, 20] {
      let photo = try canvas()
      FaceFiltersTests.apply(filter, to: photo, heads.face(head, moved: moved))
      for spot in head.spots {
        let color = pixel(photo, spot.seen, moved: moved)
        if spot.hidden {
          #expect(color == [0, 0, 255], "\(spot): \(color)")
        } else {
          #expect(abs(color[0] - (79.5 + spot.x)) < 2 && abs(color[1] - (59.5 - spot.y)) < 2, "\(spot): \(color)")
        }
      }
    }
    #expect(head.spots.contains(where: \.hidden) && !head.spots.allSatisfy(\.hidden))
  }

  /// By hand: the axis is at (0, -40) of head x and z and the picture's middle 100 mm before it towards the camera, so that it is on the
  /// line between them, in the axis' column, however the head is turned.
  @Test func aPictureThatTurnsToTheCamera() throws {
    let heads = try Heads.read()
    let filter = try filter(place: #"{"width": 160, "center": [0, -20, 60], "axis": [0, -40]}"#) { x, y in
      (x, y, 0, 255)
    }
    for head in heads.cases {
      let photo = try canvas()
      FaceFiltersTests.apply(filter, to: photo, heads.face(head))
      let r = head.rotation
      let (x, z) = (r[2] * -40 + heads.translation[0], r[8] * -40 + heads.translation[2])
      // The line to the axis, at the height of the picture's middle: 20 mm below the head's origin, which is y 0 mm of the camera.
      let column = heads.center[0] + heads.focal * x / z
      let color = pixel(photo, [column, heads.center[1]])
      #expect(abs(color[0] - 79.5) < 1.5 && abs(color[1] - 59.5) < 1.5, "\(head.yaw): \(color)")
      // It faces the camera: 50 mm to each side are as far in the picture.
      let distance = (x * x + z * z).squareRoot() - 100
      let reach = 50 * heads.focal / distance
      for side in [-1.0, 1] {
        let color = pixel(photo, [column + side * reach, heads.center[1]])
        #expect(abs(color[0] - (79.5 + side * 50)) < 2, "\(head.yaw), \(side): \(color)")
      }
    }
  }

  /// By hand: the picture is 24 mm out of the face, below y = -45 more and more, at -65 and below 20 mm more. Looked at 30 mm to
  /// the subject's right of the middle, which is the near side at a yaw of 60 degrees.
  @Test func relief() throws {
    let heads = try Heads.read()
    let head = heads.cases[2]
    func row(_ place: String, _ y: Double, z: Double) throws -> [Double] {
      let photo = try canvas()
      FaceFiltersTests.apply(try filter(place: place) { x, y in (x, y, 0, 255) }, to: photo, heads.face(head))
      let (r, t) = (head.rotation, heads.translation)
      func camera(_ row: Int) -> Double { r[3 * row] * -30 + r[3 * row + 1] * y + r[3 * row + 2] * z + t[row] }
      let seen = (0..<2).map { heads.center[$0] + heads.focal * camera($0) / camera(2) }
      return pixel(photo, seen)
    }
    let place = #"{"width": 160, "center": [0, -25, 24], "relief": [[-65, 20], [-45, 0]]}"#
    for (y, z) in [(0.0, 24.0), (-45, 24), (-55, 34), (-65, 44), (-75, 44)] {
      let color = try row(place, y, z: z)
      #expect(abs(color[0] - 49.5) < 2 && abs(color[1] - (59.5 - (y + 25))) < 2, "\(y): \(color)")
    }
  }

  /// Every filter inside the program has a place, is drawn where its anchors are and otherwise than without a pose. What is worn on
  /// the face gets narrower on a head that is turned.
  @Test(arguments: FaceFilters.names) func everyFilterTurns(name: String) throws {
    let heads = try Heads.read()
    let filter = try FaceFilters.named(name)
    #expect(filter.usesPose)
    func drawn(_ face: Face) throws -> Image {
      let photo = try canvas()
      FaceFiltersTests.apply(filter, to: photo, face)
      return photo
    }
    func extent(_ photo: Image) throws -> (width: Int, middle: Double) {
      let columns = (0..<640).filter { x in (0..<480).contains { photo.pixel(x: x, y: $0) != [0, 0, 1] } }
      let (first, last) = (try #require(columns.first), try #require(columns.last))
      return (last - first, Double(first + last) / 2)
    }
    let ahead = try extent(drawn(heads.face(heads.cases[0])))
    // The head's middle is at 319.5 + 1600 * 10 / 700.
    #expect(abs(ahead.middle - 342) < 25)
    for index in [2, 3] {
      var face = heads.face(heads.cases[index])
      let photo = try drawn(face)
      if ["sunglasses", "glasses", "moustache", "beard"].contains(name) {
        #expect(Double(try extent(photo).width) < 0.85 * Double(ahead.width))
      }
      face.pose = nil
      let flat = try drawn(face)
      let different = (0..<640 * 480).count {
        photo.pixel(x: $0 % 640, y: $0 / 640) != flat.pixel(x: $0 % 640, y: $0 / 640)
      }
      #expect(different > 500, "\(different)")
    }
  }

  /// Without a pose, without its camera, and with one behind the camera the anchors alone place it.
  @Test func withoutAPose() throws {
    let heads = try Heads.read()
    let filter = try filter(place: #"{"width": 160, "center": [0, -25, 24]}"#) { _, _ in (255, 0, 0, 255) }
    var face = heads.face(heads.cases[0])
    let pose = try #require(face.pose)
    var counts = [Int]()
    for change: (inout Face) -> Void in [
      { $0.pose = nil }, { $0.pose?.lens = nil }, { $0.pose?.translation[2] = -1 }, { $0.pose?.translation[2] = .nan },
    ] {
      face.pose = pose
      change(&face)
      let photo = try canvas()
      FaceFiltersTests.apply(filter, to: photo, face)
      counts.append((0..<640 * 480).count { photo.pixel(x: $0 % 640, y: $0 / 640)[0] > 0.5 })
    }
    #expect(Set(counts).count == 1 && counts[0] > 10_000, "\(counts)")
  }
}
