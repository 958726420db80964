import FacemarksTraining
import TestSupport
import Testing

@Suite struct KaggleReaderTests {
  private func read(_ text: String, name: String = "training.csv") throws -> LandmarkDataset {
    let folder = try TemporaryFolder()
    return try LandmarkDataset.read(try folder.add(name, text), threads: 1)
  }

  /// What reading complains about, from the name of the file on.
  private func complaint(_ text: String, name: String = "training.csv") throws -> String {
    let folder = try TemporaryFolder()
    let path = try folder.add(name, text)
    let error = #expect(throws: DataError.self) { try LandmarkDataset.read(path, threads: 1) }
    return error?.description.replacing(folder.path + "/", with: "") ?? ""
  }

  @Test func pointsAndPixelsAreThoseOfTheFile() throws {
    let rows = [
      KaggleText.row(image: KaggleText.image(KaggleText.pixels(row: 0))),
      KaggleText.row([6: "", 7: "", 20: "-3.5e0"], image: KaggleText.image(KaggleText.pixels(row: 1))),
    ]
    let dataset = try read(([KaggleText.header] + rows).joined(separator: "\n") + "\n")
    #expect(dataset.count == 2)
    #expect(dataset.side == 96)
    #expect(dataset.margin == 0)
    #expect(dataset.samples.map(\.name) == ["row 1", "row 2"])
    #expect(dataset.pixels == KaggleText.pixels(row: 0) + KaggleText.pixels(row: 1))
    #expect(Array(dataset.points[0..<30]) == (0..<30).map { Float($0) + 0.25 })
    // Column 6 and 7 are the fourth point, column 20 is the x of the eleventh.
    #expect(dataset.landmarks(of: 1)[3] == nil)
    #expect(dataset.landmarks(of: 1)[10]?.x == -3.5)
    #expect(dataset.weights[15 + 3] == 0)
    #expect(dataset.weights.count { $0 == 1 } == 29)
    #expect(dataset.missingPixels == 0)
  }

  /// The words that pandas 2.2 reads as missing by default (`pandas._libs.parsers.STR_NA_VALUES`).
  @Test(arguments: [
    "-1.#IND", "1.#QNAN", "1.#IND", "-1.#QNAN", "#N/A", "N/A", "n/a", "NA", "<NA>", "#NA", "NULL", "null", "NaN",
    "-NaN", "nan",
    "-nan", "None", "",
  ]) func missingWords(word: String) throws {
    let row = KaggleText.row([6: word, 7: word], image: KaggleText.image(KaggleText.pixels(row: 0)))
    let dataset = try read("\(KaggleText.header)\n\(row)\n")
    #expect(dataset.landmarks(of: 0)[3] == nil && dataset.weights.count { $0 == 1 } == 14)
  }

  @Test(arguments: ["\n", "\r\n"])
  func marksLineEndsAndBlankLinesDoNotMatter(end: String) throws {
    let rows = (0..<3).map { KaggleText.row(image: KaggleText.image(KaggleText.pixels(row: $0))) }
    let plain = try read(([KaggleText.header] + rows).joined(separator: "\n") + "\n")
    let text = "\u{FEFF}" + [KaggleText.header, rows[0], "", rows[1], rows[2]].joined(separator: end)
    let dataset = try read(text)
    #expect(dataset.pixels == plain.pixels)
    #expect(dataset.points == plain.points)
    #expect(dataset.fingerprint == plain.fingerprint)
  }

  /// 100 rows are 3.3 MB, so that lines lie across the ends of the 1 MiB pieces that are read at a time.
  @Test func longFilesAreReadInPieces() throws {
    let rows = (0..<100).map { KaggleText.row(image: KaggleText.image(KaggleText.pixels(row: $0))) }
    let dataset = try read(([KaggleText.header] + rows).joined(separator: "\n"))
    #expect(dataset.pixels == (0..<100).flatMap { KaggleText.pixels(row: $0) })
  }

  @Test func columnsAreFoundByNameAndQuotesAreDropped() throws {
    let names = KaggleText.header.split(separator: ",").reversed().map { "\"\($0)\"" }
    let fields = (["\"\(KaggleText.image(KaggleText.pixels(row: 5)))\""] + (0..<30).reversed().map { "\($0).25" })
    let dataset = try read([names, fields].map { $0.joined(separator: ",") }.joined(separator: "\n"))
    #expect(dataset.pixels == KaggleText.pixels(row: 5))
    #expect(dataset.points == (0..<30).map { Float($0) + 0.25 })
  }

  @Test func missingPixelsAreMiddleGrayAndCounted() throws {
    var values = KaggleText.pixels(row: 1).map(String.init)
    for place in [0, 4000, 9215] { values[place] = "" }
    let row = KaggleText.row(image: values.joined(separator: " "))
    let dataset = try read("\(KaggleText.header)\n\(row)\n")
    var expected = KaggleText.pixels(row: 1)
    for place in [0, 4000, 9215] { expected[place] = 128 }
    #expect(dataset.pixels == expected)
    #expect(dataset.missingPixels == 3)
  }

  @Test(arguments: [" %", "% ", "  %  "])
  func spacesAroundTheNumbersAreNoPixels(pattern: String) throws {
    let image = pattern.replacing("%", with: KaggleText.image(KaggleText.pixels(row: 2)))
    let dataset = try read([KaggleText.header, KaggleText.row(image: image)].joined(separator: "\n"))
    #expect(dataset.pixels == KaggleText.pixels(row: 2))
    #expect(dataset.missingPixels == 0)
  }

  @Test func fileWithoutLabels() throws {
    let rows = (1...2).map { "\($0),\(KaggleText.image(KaggleText.pixels(row: $0)))" }
    let dataset = try read((["ImageId,Image"] + rows).joined(separator: "\n"), name: "test.csv")
    #expect(dataset.samples.map(\.imageID) == [1, 2])
    #expect(dataset.points.allSatisfy { $0.isNaN })
    #expect(dataset.weights.allSatisfy { $0 == 0 })
    #expect(dataset.pixels == KaggleText.pixels(row: 1) + KaggleText.pixels(row: 2))
  }

  /// Each bad row stands in line 4, after a good one and a blank line.
  @Test(arguments: [
    ([:], "1 2 3", "training.csv:4: 3 pixel values, but 96 x 96 = 9216 are needed"),
    ([:], "", "training.csv:4: 0 pixel values, but 96 x 96 = 9216 are needed"),
    ([:], "%+ 7", "training.csv:4: 9217 pixel values, but 96 x 96 = 9216 are needed"),
    ([:], "%256", "training.csv:4: pixel value 9216 is \"256\", not a whole number 0...255"),
    ([:], "%-1", "training.csv:4: pixel value 9216 is \"-1\", not a whole number 0...255"),
    ([:], "%1.5", "training.csv:4: pixel value 9216 is \"1.5\", not a whole number 0...255"),
    ([:], "%x", "training.csv:4: pixel value 9216 is \"x\", not a whole number 0...255"),
    ([3: "inf"], "%1", "training.csv:4: right_eye_center_y is \"inf\", not a finite number"),
    ([0: "inf"], "%1", "training.csv:4: left_eye_center_x is \"inf\", not a finite number"),
    ([20: "12a"], "%1", "training.csv:4: nose_tip_x is \"12a\", not a finite number"),
    ([20: "1,2"], "%1", "training.csv:4: 32 fields, but the first line has 31"),
  ])
  func badRowsAreNamed(coordinates: [Int: String], image: String, message: String) throws {
    let good = KaggleText.image(KaggleText.pixels(row: 0))
    let most = KaggleText.image(KaggleText.pixels(row: 0).dropLast())
    let bad = image.hasPrefix("%+") ? good + image.dropFirst(2) : image.replacing("%", with: most + " ")
    let text = [KaggleText.header, KaggleText.row(image: good), "", KaggleText.row(coordinates, image: bad)]
    #expect(try complaint(text.joined(separator: "\n")) == message)
  }

  @Test func badFilesAreNamed() throws {
    #expect(try complaint("") == "training.csv: the file is empty")
    #expect(try complaint(KaggleText.header + "\n") == "training.csv: no rows after the first line")
    #expect(try complaint("a,b\n1,2\n").hasPrefix("training.csv:1: neither a column Image"))
    #expect(
      try complaint(KaggleText.header.replacing("nose_tip_x,", with: "") + "\n")
        == "training.csv:1: missing columns: nose_tip_x")
    #expect(try complaint("x", name: "training.csv.xz").hasPrefix("training.csv.xz: unpack it first: xz -dk "))
  }

  @Test func equalPicturesHaveEqualHashes() throws {
    let images = [[UInt8](repeating: 0, count: 9216), (0..<9216).map { UInt8($0 % 256) }]
    let rows = (images + [images[0]]).map { KaggleText.row(image: KaggleText.image($0)) }
    let dataset = try read(([KaggleText.header] + rows).joined(separator: "\n"))
    // FNV-1a of 9,216 zero bytes and of 0...255 thirty-six times, with Python's integers:
    //   h = 0xcbf29ce484222325
    //   for byte in data: h = ((h ^ byte) * 0x100000001b3) % 2**64
    #expect(dataset.pictureHashes == [0xf3fb_6a6d_eb5a_f325, 0x7006_4a26_d3d0_cf25, 0xf3fb_6a6d_eb5a_f325])
    #expect(dataset.fingerprint.count == 16)
  }

  @Test func fingerprintSeesPointsAndPixels() throws {
    let image = KaggleText.image(KaggleText.pixels(row: 0))
    let other = KaggleText.image(KaggleText.pixels(row: 1))
    let prints = try [
      KaggleText.row(image: image), KaggleText.row(image: other), KaggleText.row([9: ""], image: image),
      KaggleText.row([9: "9.26"], image: image),
    ].map { try read("\(KaggleText.header)\n\($0)\n").fingerprint }
    #expect(Set(prints).count == 4)
  }
}
