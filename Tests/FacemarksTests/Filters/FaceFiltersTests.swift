import Facemarks
import Files
import Imaging
import TestSupport
import Testing

@Suite struct FaceFiltersTests {
  static func apply(_ filter: any FaceFilter, to canvas: Image, _ face: Face) {
    do { try filter.apply(to: canvas, face: face, scheme: .kaggle15) } catch { Issue.record(error) }
  }

  /// A face of the mean shape around a point.
  static func face(_ x: Double, _ y: Double, side: Double) -> Face {
    Face(
      box: Box(x: x - side / 2, y: y - side / 2, width: side, height: side), confidence: 1,
      landmarks: DiscFace(x: x, y: y, side: side).landmarks)
  }

  private static func every() throws -> [any FaceFilter] {
    try FaceFilters.all().map(\.filter)
  }

  private func changed(_ one: Image, _ other: Image) -> Int {
    (0..<one.width * one.height).count {
      one.pixel(x: $0 % one.width, y: $0 / one.width) != other.pixel(x: $0 % one.width, y: $0 / one.width)
    }
  }

  private func striped(_ width: Int, _ height: Int) throws -> Image {
    try Image(grayPicture(width, height) { x, y in UInt8(60 + (x * 7 + y * 3) % 120) }).colored()
  }

  /// From a few pixels to much larger than the picture, half outside and wholly outside.
  @Test func everyFilterAtEverySizeAndPlace() throws {
    for filter in try Self.every() {
      for (x, y, side) in [(50.0, 40.0, 60.0), (50, 40, 3000), (0, 40, 60), (99, 79, 60), (50, -10, 60), (50, 40, 6)] {
        let canvas = try striped(100, 80)
        let before = try canvas.copy()
        Self.apply(filter, to: canvas, Self.face(x, y, side: side))
        #expect(canvas.width == 100 && canvas.height == 80)
        if side == 60, x == 50, y == 40 { #expect(changed(before, canvas) > 20) }
      }
      let far = try striped(100, 80)
      let before = try far.copy()
      Self.apply(filter, to: far, Self.face(5000, 5000, side: 60))
      #expect(changed(before, far) == 0)
    }
  }

  /// Landmarks in one place, on a line, without numbers, beyond all pictures, or too few.
  @Test func landmarksThatAreNoFace() throws {
    let sets: [[Point]] = [
      Array(repeating: Point(x: 50, y: 40), count: 15), (0..<15).map { Point(x: Double($0), y: 3) },
      Array(repeating: Point(x: Double.nan, y: .infinity), count: 15),
      (0..<15).map { Point(x: 1e300 * Double($0), y: -1e300) }, [],
    ]
    for filter in try Self.every() {
      for landmarks in sets {
        for box in [Box(x: 40, y: 30, width: 20, height: 20), Box(x: .nan, y: 0, width: .infinity, height: -1)] {
          Self.apply(filter, to: try striped(100, 80), Face(box: box, confidence: 1, landmarks: landmarks))
        }
      }
    }
  }

  /// On 16 bit a filter gives what it gives on 8 bit, and a transparent picture becomes opaque where it is drawn on.
  @Test func everyKindOfPicture() throws {
    let gray = grayPicture(96, 96) { x, y in UInt8(60 + (x * 5 + y) % 120) }
    for filter in try Self.every() {
      let (plain, deep) = (
        try Image(gray).colored(), try Image(decoding: PictureBytes.png16(gray), name: "16 bit").colored()
      )
      let clear = try Image(decoding: PictureBytes.pngWithAlpha(gray), name: "alpha")
      let before = try clear.copy()
      for canvas in [plain, deep, clear] { Self.apply(filter, to: canvas, Self.face(48, 48, side: 60)) }
      let places = (0..<96 * 96).map { (x: $0 % 96, y: $0 / 96) }
      let different = places.count { x, y in
        zip(plain.pixel(x: x, y: y), deep.pixel(x: x, y: y)).contains { abs($0 - $1) > 0.01 }
      }
      let clearer = places.count { x, y in clear.pixel(x: x, y: y)[3] < before.pixel(x: x, y: y)[3] - 1e-9 }
      #expect(different == 0 && clearer == 0)
      #expect(deep.depth == .uint16 && clear.channels == 4)
    }
  }

  // The user's own

  /// A good description but for its place.
  private static func placed(_ place: String) -> String {
    #"{"anchors": {"left_eye_center": [9, 5], "right_eye_center": [0, 5]}, "place": \#(place)}"#
  }

  private func files(_ json: String?, picture: [UInt8]? = nil) throws -> (TemporaryFolder, String) {
    let folder = try TemporaryFolder()
    let dot = try Image(decoding: PictureBytes.pngWithAlpha(grayPicture(20, 10)), name: "dot")
    try folder.add("dot.png", picture ?? dot.encoded(as: "png"))
    if let json { try folder.add("dot.json", Array(json.utf8)) }
    return (folder, folder.file("dot.png"))
  }

  @Test func aPictureOfYourOwn() throws {
    let json = #"{"anchors": {"left_eye_center": [19, 5], "right_eye_center": [0, 5]}}"#
    let (folder, path) = try files(json)
    defer { withExtendedLifetime(folder) {} }
    let canvas = try striped(100, 80)
    let before = try canvas.copy()
    Self.apply(try FaceFilters.named("image:" + path), to: canvas, Self.face(50, 40, side: 60))
    #expect(changed(before, canvas) > 20)
  }

  @Test(arguments: [
    (#"{"anchors": {"left_eye_center": [20, 5], "right_eye_center": [0, 5]}}"#, "outside of the picture"),
    (#"{"anchors": {"left_ear": [2, 5], "right_eye_center": [0, 5]}}"#, "unknown landmark 'left_ear'"),
    (#"{"anchors": {"nose_tip": [2, 5]}}"#, "has 1 anchor;"),
    (#"{"anchors": {}}"#, "has 0 anchors;"),
    (#"{"anchors": {"nose_tip": [2, 5], "left_eye_center": [2, 5]}}"#, "in one place"),
    (
      #"{"fit": "affine", "anchors": {"nose_tip": [2, 5], "left_eye_center": [4, 5], "right_eye_center": [0, 5]}}"#,
      "on one line"
    ),
    (#"{"fit": "affine", "anchors": {"nose_tip": [2, 5], "left_eye_center": [4, 5]}}"#, "needs 3"),
    (#"{"fit": "elastic", "anchors": {"nose_tip": [2, 5], "left_eye_center": [4, 5]}}"#, "unknown fit 'elastic'"),
    (#"{"anchors": {"nose_tip": [2], "left_eye_center": [4, 5]}}"#, "not two numbers"),
    (placed(#"{"width": 0, "center": [0, 0, 0]}"#), "the width of its place"),
    (placed(#"{"width": 9, "center": [0, 0]}"#), "the center of its place is not three numbers"),
    (placed(#"{"width": 9, "center": [0, 0, 0], "bend": 0}"#), "the bend of its place"),
    (placed(#"{"width": 9, "center": [0, 0, 0], "axis": [1]}"#), "the axis of its place"),
    (placed(#"{"width": 9, "center": [0, 0, 0], "relief": [[1, 2], [1, 3]]}"#), "the relief of its place"),
    (placed(#"{"center": [0, 0, 0]}"#), "not the description of a filter"),
    (#"{"anchors": [1, 2]}"#, "not the description of a filter"),
    (#"{"anchors": {"nose_tip": [2, 5]"#, "not the description of a filter"),
    ("", "not the description of a filter"),
  ])
  func aBadDescription(json: String, problem: String) throws {
    let (folder, path) = try files(json)
    do {
      _ = try FaceFilters.named("image:" + path)
      Issue.record("no error")
    } catch {
      #expect("\(error)".contains(problem), "\(error)")
      #expect("\(error)".hasPrefix(folder.file("dot.json") + ": "), "\(error)")
    }
  }

  @Test func badPictures() throws {
    func problem(_ json: String?, _ picture: [UInt8]? = nil) throws -> String {
      let (folder, path) = try files(json, picture: picture)
      defer { withExtendedLifetime(folder) {} }
      do {
        _ = try FaceFilters.named("image:" + path)
        return ""
      } catch { return error.description }
    }
    let good = #"{"anchors": {"left_eye_center": [9, 5], "right_eye_center": [0, 5]}}"#
    #expect(try problem(good) == "")
    #expect(try problem(nil).contains("dot.json") && problem(nil).contains("needs this file beside it"))
    #expect(try problem(good, striped(20, 10).encoded(as: "png")).contains("has no transparency"))
    #expect(try problem(good, Array("no picture".utf8)).contains("not a picture"))
    #expect(throws: ImagingError.self) { try FaceFilters.named("image:") }
    #expect(throws: ImagingError.self) { try FaceFilters.named("image:/nowhere/at/all.png") }
    #expect(throws: ImagingError.self) { try FaceFilters.named("monocle") }
  }
}
