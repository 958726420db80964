import Facemarks
import FacemarksTraining
import Imaging
import TestSupport
import Testing

/// Folders with a `labels.csv` and pictures, made for the test.
@Suite struct FolderReaderTests {
  private static let names = LandmarkScheme.kaggle15.landmarks
  private static let manual = [
    "left_eye_center", "right_eye_center", "nose_tip", "mouth_left_corner", "mouth_right_corner",
  ]
  private static let header =
    (["file", "set", "person", "split", "quality", "pose"] + names.flatMap { ["\($0)_x", "\($0)_y"] }
    + manual.flatMap { ["manual_\($0)_x", "manual_\($0)_y"] }).joined(separator: ",")

  /// The first six fields, then coordinate k = k + `first` (none when nil), then the manual ones 50.5, 51.5, ...
  private static func row(_ fields: String, first: Int?, hasManual: Bool = false) -> String {
    let points = (0..<30).map { k in first.map { "\($0 + k).00" } ?? "" }
    let manual = (0..<10).map { hasManual ? "\(50 + $0).5" : "" }
    return ([fields] + points + manual).joined(separator: ",")
  }

  private static let rows = [
    row("lfw/a.png,lfw,Ann,train,1,", first: 30),
    row("net/b.png,net,,val,3,left_profile", first: nil, hasManual: true),
    row("aflw/c.png,aflw,Carl,train,2,frontal", first: 40, hasManual: true),
  ]

  private static func labels(_ rows: [String]) -> String { ([header] + rows).joined(separator: "\n") + "\n" }

  private static func picture(_ number: Int, side: Int = 144) -> GrayImage {
    GrayImage(width: side, height: side, pixels: (0..<side * side).map { UInt8(($0 * 3 + number * 50) % 256) })
  }

  private static func files() throws -> [(name: String, bytes: [UInt8])] {
    try ["lfw/a.png", "net/b.png", "aflw/c.png"].enumerated().map {
      ($1, try Image(picture($0)).encoded(as: "png"))
    }
  }

  private func complaint(_ folder: TemporaryFolder) throws -> String {
    let error = #expect(throws: DataError.self) { try LandmarkDataset.read(folder.path, threads: 2) }
    return error?.description.replacing(folder.path, with: "") ?? ""
  }

  @Test(arguments: ["faces.tar", "faces/", ""], [1, 3])
  func picturesComeFromTheArchiveOrAsFiles(place: String, threads: Int) throws {
    let folder = try TemporaryFolder()
    try folder.add("labels.csv", Self.labels(Self.rows))
    if place == "faces.tar" {
      let spare = try [("lfw/not-in-labels.png", Image(Self.picture(9)).encoded(as: "png"))]
      try folder.add(place, TarText.archive(try Self.files() + spare))
    } else {
      for file in try Self.files() { try folder.add(place + file.name, file.bytes) }
    }
    let dataset = try LandmarkDataset.read(folder.path, threads: threads)
    #expect(dataset.side == 144 && dataset.margin == 24)
    #expect(dataset.pixels == (0..<3).flatMap { Self.picture($0).pixels })
    #expect(
      dataset.samples == [
        Sample(name: "lfw/a.png", set: "lfw", person: "Ann", split: .training, quality: 1),
        Sample(name: "net/b.png", set: "net", split: .validation, quality: 3, pose: .leftProfile),
        Sample(name: "aflw/c.png", set: "aflw", person: "Carl", split: .training, quality: 2, pose: .frontal),
      ])
    #expect(Array(dataset.points[0..<30]) == (0..<30).map { Float(30 + $0) })
    // Sample 1 has manual points only: landmarks 0, 1, 10, 11, 12.
    #expect(dataset.landmarks(of: 1).indices.filter { dataset.landmarks(of: 1)[$0] != nil } == [0, 1, 10, 11, 12])
    #expect(dataset.landmarks(of: 1)[11] == Point(x: 56.5, y: 57.5))
    #expect(dataset.weights[15..<30].filter { $0 == 1 }.count == 5)
    // Sample 2 has both; the manual ones stand apart.
    #expect(dataset.landmarks(of: 2)[0] == Point(x: 40, y: 41))
    #expect(Array(dataset.manual[60..<62]) == [50.5, 51.5])
    #expect(dataset.manual[0..<30].allSatisfy { $0.isNaN })
    #expect(try LandmarkDataset.read("\(folder.path)/labels.csv", threads: 1).fingerprint == dataset.fingerprint)
  }

  @Test func manualPointsCanCountDifferently() throws {
    let folder = try TemporaryFolder()
    try folder.add("labels.csv", Self.labels(Self.rows))
    try folder.add("faces.tar", TarText.archive(try Self.files()))
    let weights = LandmarkDataset.PointWeights(labels: 2, manual: 0.5)
    let dataset = try LandmarkDataset.read(folder.path, threads: 1, weights: weights)
    // 2 * 15 + 0.5 * 5 + 2 * 15
    #expect(dataset.weights.reduce(0, +) == 62.5)
  }

  @Test(arguments: [
    (["lfw/a.png,lfw,Ann,test,1,"], "/labels.csv:2: split is \"test\", not one of train, val"),
    (["lfw/a.png,lfw,Ann,train,7,"], "/labels.csv:2: quality is \"7\", not one of 1, 2, 3"),
    (["lfw/a.png,lfw,Ann,train,1,up"], "/labels.csv:2: pose is \"up\", not one of left_profile, left, frontal, "),
    ([",lfw,Ann,train,1,"], "/labels.csv:2: no file name"),
    (["lfw/a.png,lfw,Ann,train,1"], "/labels.csv:2: 45 fields, but the first line has 46"),
    (
      ["lfw/a.png,lfw,Ann,train,1,", "lfw/a.png,lfw,Ann,train,1,"],
      "/labels.csv:3: lfw/a.png is also in line 2; remove one"
    ),
    (
      ["lfw/a.png,lfw,Ann,train,1,", "lfw/zz.png,lfw,Ann,train,1,"],
      "/labels.csv:3: the picture lfw/zz.png is not in /faces.tar; add it or remove the line"
    ),
  ])
  func badLabelsAreNamed(fields: [String], message: String) throws {
    let folder = try TemporaryFolder()
    try folder.add("labels.csv", Self.labels(fields.map { Self.row($0, first: 30) }))
    try folder.add("faces.tar", TarText.archive(try Self.files()))
    #expect(try complaint(folder).hasPrefix(message))
  }

  @Test func badNumbersAndColumnsAreNamed() throws {
    let folder = try TemporaryFolder()
    try folder.add("faces.tar", TarText.archive(try Self.files()))
    try folder.add("labels.csv", Self.labels([Self.rows[0].replacing(",50.00,", with: ",5o.00,")]))
    #expect(try complaint(folder) == "/labels.csv:2: nose_tip_x is \"5o.00\", not a finite number")
    try folder.add("labels.csv", Self.labels(Self.rows).replacing("nose_tip_y", with: "nose_y"))
    #expect(try complaint(folder) == "/labels.csv:1: missing columns: nose_tip_y")
  }

  @Test func picturesOfTheWrongSizeAreNamed() throws {
    let folder = try TemporaryFolder()
    try folder.add("labels.csv", Self.labels(Self.rows))
    var files = try Self.files()
    files[2].bytes = try Image(Self.picture(2, side: 96)).encoded(as: "png")
    try folder.add("faces.tar", TarText.archive(files))
    #expect(
      try complaint(folder)
        == "/faces.tar: aflw/c.png: the picture has 96x96 pixels, but 144x144 are needed")
  }

  @Test func damagedPicturesAreNamed() throws {
    let folder = try TemporaryFolder()
    try folder.add("labels.csv", Self.labels(Self.rows))
    var files = try Self.files()
    files[1].bytes = Array(files[1].bytes.prefix(100))
    try folder.add("faces.tar", TarText.archive(files))
    let error = #expect(throws: ImagingError.self) { try LandmarkDataset.read(folder.path, threads: 2) }
    #expect(error?.description.contains("faces.tar: net/b.png") == true)
  }

  @Test func cutShortArchivesAreRefused() throws {
    let folder = try TemporaryFolder()
    try folder.add("labels.csv", Self.labels(Self.rows))
    let whole = TarText.archive(try Self.files())
    for length in [whole.count - 1024, 3000, 700, 512, 0] {
      try folder.add("faces.tar", Array(whole.prefix(length)))
      #expect(try complaint(folder).hasPrefix("/faces.tar: the archive is cut short"))
    }
    var damaged = whole
    damaged[5] ^= 1
    try folder.add("faces.tar", damaged)
    #expect(try complaint(folder) == "/faces.tar: not a tar archive, or damaged (wrong checksum at byte 0)")
  }

  @Test func longNamesAreRead() throws {
    let folder = try TemporaryFolder()
    let long = "lfw/" + String(repeating: "long", count: 40) + ".png"
    let pax = "lfw/" + String(repeating: "pax", count: 40) + ".png"
    let picture = try Image(Self.picture(1)).encoded(as: "png")
    let record = "path=\(pax)\n"
    let length = record.utf8.count + 4
    try folder.add(
      "faces.tar",
      TarText.entry("././@LongLink", Array((long + "\u{0}").utf8), type: "L") + TarText.entry(long, picture)
        + TarText.entry("pax", Array("\(length) \(record)".utf8), type: "x") + TarText.entry("short", picture)
        + TarText.archive([("./lfw/dot.png", picture)]))
    try folder.add(
      "labels.csv", Self.labels([long, pax, "lfw/dot.png"].map { Self.row("\($0),lfw,,train,1,", first: 1) }))
    #expect(try LandmarkDataset.read(folder.path, threads: 1).count == 3)
  }

  @Test func foldersWithoutDataSayWhatIsMissing() throws {
    let folder = try TemporaryFolder()
    #expect(try complaint(folder) == ": no labels.csv and no training.csv in this folder")
    try folder.add("training.csv.xz", "x")
    #expect(try complaint(folder) == "/training.csv.xz: unpack it first: xz -dk /training.csv.xz")
  }

  /// A JPEG of a real face is what another decoder makes of it: the same picture read directly.
  @Test func facesOfPhotos() throws {
    let photo = try Image(contentsOf: asset("astronaut.png")).gray()
    let map = FaceCrop.map(for: Box(x: 130, y: 40, width: 180, height: 180))
    let jpeg = try Image(photo.warped(by: map, width: 144, height: 144)).encoded(as: "jpg")
    let folder = try TemporaryFolder()
    try folder.add("labels.csv", Self.labels([Self.row("lfw/face.jpg,lfw,,,,", first: 20)]))
    let path = try folder.add("lfw/face.jpg", jpeg)
    let dataset = try LandmarkDataset.read(folder.path, threads: 1)
    #expect(dataset.pixels == (try Image(contentsOf: path).gray().pixels))
    #expect(dataset.samples[0].split == nil)
  }
}
