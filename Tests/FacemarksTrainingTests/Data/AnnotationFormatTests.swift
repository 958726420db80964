import Facemarks
import FacemarksTraining
import Glibc
import Imaging
import TestSupport
import Testing

/// Folders as those of 300-W and WFLW, made for the test in their exact format.
@Suite struct AnnotationFormatTests {
  /// The 68 points of a face that looks straight ahead, in eye distances from the middle of the eyes, roughly.
  private static let face: [Point] = {
    func arc(_ count: Int, _ x: (Double, Double), _ y: (Double) -> Double) -> [Point] {
      (0..<count).map { index in
        let share = Double(index) / Double(count - 1)
        return Point(x: x.0 + share * (x.1 - x.0), y: y(share))
      }
    }
    func ring(_ count: Int, _ center: Point, _ width: Double, _ height: Double) -> [Point] {
      (0..<count).map { index in
        let angle = Double.pi - 2 * Double.pi * Double(index) / Double(count)
        return Point(x: center.x + width * cos(angle), y: center.y - height * sin(angle))
      }
    }
    let jaw = arc(17, (-1.1, 1.1)) { 0.1 + 1.7 * sin(.pi * $0) }
    let brows = arc(5, (-0.95, -0.2)) { _ in -0.4 } + arc(5, (0.2, 0.95)) { _ in -0.4 }
    let nose = arc(4, (0, 0)) { 0.6 * $0 } + arc(5, (-0.2, 0.2)) { _ in 0.75 }
    let eyes = ring(6, Point(x: -0.5, y: 0), 0.22, 0.08) + ring(6, Point(x: 0.5, y: 0), 0.22, 0.08)
    let lips = ring(12, Point(x: 0, y: 1.1), 0.4, 0.15) + ring(8, Point(x: 0, y: 1.1), 0.3, 0.05)
    return jaw + brows + nose + eyes + lips
  }()

  private static let unit = 60.0
  private static let middle = Point(x: 150, y: 120)
  /// In pixels from 0.
  private static let points = face.map { Point(x: middle.x + unit * $0.x, y: middle.y + unit * $0.y) }

  private static func pts(_ points: [Point], count: Int? = nil) -> String {
    let lines = points.map { "\($0.x + 1) \($0.y + 1)\n" }.joined()
    return "version: 1\nn_points:  \(count ?? points.count)\n{\n\(lines)}\n"
  }

  /// A gradient: the value at x, y is x / 2 + y / 4, so that a crop tells where it was cut.
  private static func picture() throws -> [UInt8] {
    let pixels = (0..<300 * 320).map { index -> UInt8 in
      let (x, y) = (index % 300, index / 300)
      return UInt8(x / 2 + y / 4)
    }
    return try Image(GrayImage(width: 300, height: 320, pixels: pixels)).encoded(as: "png")
  }

  private func complaint(_ folder: TemporaryFolder, _ name: String) -> String {
    let error = #expect(throws: DataError.self) { try LandmarkDataset.read("\(name)\(folder.path)", threads: 2) }
    return error?.description.replacing(folder.path, with: "") ?? ""
  }

  @Test func folderOf300W() throws {
    let folder = try TemporaryFolder()
    for set in ["helen/testset", "lfpw/testset", "lfpw/trainset", "ibug", "afw"] {
      try folder.add("\(set)/a b.png", Self.picture())
      try folder.add("\(set)/a b.pts", Self.pts(Self.points))
    }
    try folder.add("ibug/unlabelled.png", Self.picture())
    let data = try LandmarkDataset.read("pts:\(folder.path)", threads: 2)
    #expect(data.count == 5 && data.scheme == .full && data.side == 144 && data.margin == 24)
    #expect(data.samples.map(\.set) == ["afw", "helen/testset", "ibug", "lfpw/testset", "lfpw/trainset"])
    #expect(data.samples.map(\.split) == [.training, .validation, .validation, .validation, .training])
    #expect(
      data.samples.map { $0.tags.joined(separator: ",") } == [
        "", "300-W common,300-W full", "300-W challenging,300-W full", "300-W common,300-W full", "",
      ])
    let found = data.landmarks(of: 0)
    #expect(found[..<15].allSatisfy { $0 == nil } && found[83...].allSatisfy { $0 == nil })
    // The box by hand, from the mapping of detections: E = (0, 0), M = (0, 1.1), N = (0, 0.6) in eye distances, upright; its
    // middle is 0.161 x 1.1 + 0.225 x 0.6 = 0.3121 below the eyes, its side 1.314 + 1.339 x 1.1 = 2.7869.
    let scale = 96 / (2.7869 * Self.unit)
    let (x, y) = (Self.middle.x, Self.middle.y + 0.3121 * Self.unit)
    for (point, place) in zip(Self.points, found[15...]) {
      let place = try #require(place)
      #expect(
        abs(place.x - (71.5 + scale * (point.x - x))) < 0.02 && abs(place.y - (71.5 + scale * (point.y - y))) < 0.02)
    }
    // What the crop shows at a point is what the picture has there.
    let chin = try #require(found[15 + 8])
    data.withPicture(0) { view in
      let value = Double(view.pixels[Int(chin.y.rounded()) * 144 + Int(chin.x.rounded())])
      #expect(abs(value - (Self.points[8].x / 2 + Self.points[8].y / 4)) < 2)
    }
  }

  @Test func badPTSFolders() throws {
    let folder = try TemporaryFolder()
    #expect(complaint(folder, "pts:") == ": no .pts files in this folder or below")
    try folder.add("a.pts", Self.pts(Self.points))
    #expect(complaint(folder, "pts:").hasPrefix("/a.pts: there is no picture of that name beside it"))
    try folder.add("a.jpg", Self.picture())
    try folder.add("a.pts", Self.pts(Array(Self.points.prefix(39))))
    #expect(complaint(folder, "pts:") == "/a.pts: 39 points, but 68 are needed")
    try folder.add("a.pts", Self.pts(Self.points).replacing("}", with: "7 x\n}"))
    #expect(complaint(folder, "pts:") == "/a.pts:72: \"7 x\" is not the x and y of a point")
    try folder.add("a.pts", Self.pts([Point](repeating: Point(x: 4, y: 4), count: 68)))
    #expect(complaint(folder, "pts:") == "/a.pts: the points are no face")
    try folder.add("a.pts", Self.pts(Self.points))
    try folder.add("a.jpg", [1, 2, 3])
    #expect(throws: ImagingError.self) { try LandmarkDataset.read("pts:\(folder.path)", threads: 1) }
  }

  /// 98 points of which each tells its number by x: number k of the list at x = k.
  private static func line(_ attributes: String, _ name: String) -> String {
    (0..<98).map { "\($0).5 \(1000 - 2 * $0)" }.joined(separator: " ") + " 10 20 200 220 \(attributes) \(name)\n"
  }

  @Test func listOfWFLW() throws {
    let folder = try TemporaryFolder()
    try folder.add("WFLW_images/0--Parade/a.png", Self.picture())
    let list = "WFLW_annotations/list/list_98pt_rect_attr_test.txt"
    try folder.add(
      list, Self.line("1 0 0 0 1 0", "0--Parade/a.png") + Self.line("0 0 0 1 0 0", "0--Parade/a.png"))
    let data = try LandmarkDataset.read("wflw:\(folder.path)/\(list)", threads: 1)
    #expect(data.count == 2 && data.samples.allSatisfy { $0.split == .validation })
    #expect(data.samples.map(\.tags) == [["WFLW pose", "WFLW occlusion"], ["WFLW make-up"]])
    // The published pairs of WFLW's numbers and iBUG's, some of each part.
    let found = data.landmarks(of: 0)
    let first = try #require(found[15])
    let step = try (#require(found[16]).x - first.x) / 2
    for (ibug, wflw) in [
      (0, 0), (8, 16), (16, 32), (17, 33), (21, 37), (22, 42), (27, 51), (33, 57), (36, 60), (38, 63),
      (41, 67), (45, 72), (48, 76), (54, 82), (62, 90), (67, 95), (68, 97), (69, 96),
    ] {
      let place = try #require(found[15 + ibug])
      #expect(abs((place.x - first.x) / step - Double(wflw)) < 0.01, "\(ibug)")
    }
  }

  @Test func badWFLWLists() throws {
    let folder = try TemporaryFolder()
    func read(_ text: String) throws -> String {
      try folder.add("list.txt", text)
      let error = #expect(throws: DataError.self) {
        try LandmarkDataset.read("wflw:\(folder.path)/list.txt", threads: 1)
      }
      return error?.description.replacing(folder.path, with: "") ?? ""
    }
    #expect(try read("1 2 3\n").hasPrefix("/list.txt: the folder WFLW_images is not beside it"))
    try folder.add("WFLW_images/a.png", Self.picture())
    #expect(try read("1 2 3\n") == "/list.txt:1: 3 fields, but 207 are needed")
    #expect(try read("\n") == "/list.txt: no face with points")
    #expect(try read(Self.line("0 0 0 x 0 0", "a.png")) == "/list.txt:1: not all but the last field are numbers")
    #expect(try read(Self.line("0 0 0 0 0 0", "b.png")).hasPrefix("/list.txt:1: the picture b.png is not in "))
  }

  /// By hand: every point off by 3 pixels; the eyes' centres 60 apart, the outer corners 60 x (1 + 2 x 0.22) = 86.4.
  @Test func errorsByEyesAndCorners() {
    var errors = ErrorStatistics(scheme: .full)
    let truth = [Point?](repeating: nil, count: 15) + Self.points + [nil, nil]
    let predicted = truth.map { Point(x: ($0?.x ?? 0) + 3, y: $0?.y ?? 0) }
    errors.add(predicted: predicted, truth: truth)
    #expect(abs(errors.nme - 0.05) < 1e-12)
    #expect(abs(ErrorStatistics.mean(errors.outerCornerErrors) - 3 / 86.4) < 1e-12)
    #expect(ErrorStatistics.failureRate([0.05, 0.09, 0.2], above: 0.08) == 2.0 / 3)
    // The share of faces within the limit, averaged over it: 0 up to a half, then 1.
    #expect(abs(ErrorStatistics.auc([0.04], to: 0.08) - 0.5) < 0.002)
  }
}
