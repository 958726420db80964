import Facemarks
import FacemarksTraining
import TestSupport
import Testing

/// Gives every point it knows the same place.
private final class Constant: LandmarkPredictor {
  let file: String
  let scheme = LandmarkScheme.kaggle15
  let landmarks: [Int]
  private let value: Float

  init(_ file: String, _ value: Float, landmarks: [Int] = Array(0..<15)) {
    self.file = file
    self.value = value
    self.landmarks = landmarks
  }

  /// x is the value, y the value plus the landmark's index.
  func predict(_ pictures: FacePictures, threads: Int) throws -> [Float] {
    (0..<pictures.count).flatMap { _ in
      (0..<15).flatMap { landmarks.contains($0) ? [value, value + Float($0)] : [Float.nan, .nan] }
    }
  }
}

@Suite struct SubmissionTests {
  private let folder: TemporaryFolder
  private let test: LandmarkDataset

  init() throws {
    folder = try TemporaryFolder()
    let image = KaggleText.image(KaggleText.pixels(row: 0))
    try folder.add("test.csv", "ImageId,Image\n7,\(image)\n3,\(image)\n9,\(image)\n")
    test = try LandmarkDataset.read("\(folder.path)/test.csv", threads: 1)
  }

  private func table(_ lines: [String]) throws -> LookupTable {
    let text = (["RowId,ImageId,FeatureName,Location"] + lines).joined(separator: "\n")
    return try LookupTable(contentsOf: folder.add("lookup.csv", text), scheme: .kaggle15)
  }

  @Test func rowsComeInTheOrderOfTheTable() throws {
    let table = try table(["5,9,nose_tip_y,", "1,7,left_eye_center_x,", "2,9,left_eye_center_y,"])
    let submission = try Submission.predict(table, of: test, model: Constant("a", 40.25), threads: 1)
    #expect(submission.text == "RowId,Location\n5,50.25\n1,40.25\n2,40.25\n")
    #expect(submission.imageCount == 2)
  }

  @Test func locationsAreClipped() throws {
    let table = try table(["1,7,left_eye_center_x,", "2,7,nose_tip_y,"])
    let low = try Submission.predict(table, of: test, model: Constant("a", -3), threads: 1)
    #expect(low.text == "RowId,Location\n1,0\n2,7\n")
    let high = try Submission.predict(table, of: test, model: Constant("a", 95.5), threads: 1)
    #expect(high.text == "RowId,Location\n1,95.5\n2,96\n")
  }

  /// Image 7 asks for points that the second model knows, so that one does it; image 9 also asks for another one.
  @Test func imagesGoToTheModelOfTheirHabit() throws {
    let table = try table([
      "1,7,left_eye_center_x,", "2,7,nose_tip_x,", "3,9,nose_tip_x,", "4,9,left_eye_inner_corner_x,",
    ])
    let partial = Constant("four", 20, landmarks: [0, 1, 10, 14])
    let whole = try Submission.predict(table, of: test, model: Constant("all", 50), partial: partial, threads: 1)
    #expect(whole.rows.map(\.location) == [20, 20, 50, 50])
    #expect(whole.imageCount == 2 && whole.partialImageCount == 1)
    // Two models with the points shared out between them: image 9 is done by both.
    let rest = Constant("eleven", 50, landmarks: [2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13])
    let shared = try Submission.predict(table, of: test, model: rest, partial: partial, threads: 1)
    #expect(shared.rows.map(\.location) == [20, 20, 20, 50])
  }

  @Test func pointsThatNobodyKnowsAreNamed() throws {
    let table = try table(["1,7,left_eye_center_x,", "2,7,nose_tip_x,", "3,9,mouth_left_corner_y,"])
    let error = #expect(throws: TrainingError.self) {
      try Submission.predict(table, of: test, model: Constant("eye", 1, landmarks: [0]), threads: 1)
    }
    #expect(
      error?.description.hasSuffix(
        "lookup.csv: asks for nose_tip, mouth_left_corner, which eye does not know; a model for the rest can be given "
          + "with --partial") == true)
  }

  @Test(arguments: [
    (["1,7,nose_tip_x,", "1,7,nose_tip_y,"], ":3: RowId 1 is also in line 2"),
    (["1,7,nose_x,"], ":2: unknown FeatureName \"nose_x\"; known are left_eye_center_x, left_eye_center_y and so on"),
    (["one,7,nose_tip_x,"], ":2: RowId is \"one\", not a whole number"),
    (["1,,nose_tip_x,"], ":2: ImageId is \"\", not a whole number"),
    (["1,7,nose_tip_x"], ":2: 3 fields, but the first line has 4"),
    ([], ": no rows after the first line"),
  ])
  func wrongTables(lines: [String], words: String) throws {
    let error = #expect(throws: DataError.self) { try table(lines) }
    #expect(error?.description.hasSuffix("lookup.csv" + words) == true, "\(error?.description ?? "")")
  }

  @Test func picturesMustBeThereOnce() throws {
    let table = try table(["1,7,nose_tip_x,", "2,8,nose_tip_x,"])
    let error = #expect(throws: DataError.self) {
      try Submission.predict(table, of: test, model: Constant("a", 1), threads: 1)
    }
    #expect(error?.line == 3 && error?.message.hasPrefix("ImageId 8 is not in ") == true)
    let image = KaggleText.image(KaggleText.pixels(row: 0))
    let path = try folder.add("twice.csv", "ImageId,Image\n7,\(image)\n7,\(image)\n")
    let twice = #expect(throws: DataError.self) { try LandmarkDataset.read(path, threads: 1) }
    #expect(twice?.description.hasSuffix("twice.csv:3: ImageId 7 is also in line 2") == true)
    let labelled = try self.table(["1,7,nose_tip_x,"])
    #expect(throws: DataError.self) {
      try Submission.predict(labelled, of: SyntheticData.stripes(1), model: Constant("a", 1), threads: 1)
    }
  }

  private func score(_ submission: String, _ solution: String) throws -> SubmissionScore {
    try SubmissionScore(
      submission: folder.add("submission.csv", submission), solution: folder.add("solution.csv", solution))
  }

  /// By hand: differences 1, -2, 3, 10; the roots of (1 + 4) / 2, 9 and 14 / 3.
  @Test func scores() throws {
    let given = "RowId,Location\n4,10\n2,3\n1,6\n3,13\n"
    let parts = try score(
      given, "RowId,Location,Usage\n1,5,Public\n2,5,Public\n3,10,private\n4,0,Ignored\n")
    #expect(abs((parts.publicPart?.rmse ?? 0) - 1.5811388) < 1e-6 && parts.publicPart?.rows == 2)
    #expect(abs((parts.privatePart?.rmse ?? 0) - 3) < 1e-9 && parts.privatePart?.rows == 1)
    #expect(abs(parts.all.rmse - 2.1602469) < 1e-6 && parts.all.rows == 3)
    // The root of (1 + 4 + 9 + 100) / 4.
    let whole = try score(given, "RowId,Location\n1,5\n2,5\n3,10\n4,0\n")
    #expect(abs(whole.all.rmse - 5.3385391) < 1e-6 && whole.publicPart == nil && whole.privatePart == nil)
  }

  @Test(arguments: [
    ("RowId,Location\n1,5\n", "RowId,Location\n1,5\n2,6\n", "submission.csv: RowId 2 is missing, but in "),
    ("RowId,Location\n1,5\n2,6\n3,6\n", "RowId,Location\n1,5\n", "submission.csv: RowIds 2, 3 (2 rows) are not in "),
    ("RowId,Location\n1,5\n1,5\n", "RowId,Location\n1,5\n", "submission.csv:3: RowId 1 is there twice"),
    ("RowId,Location\n1,\n", "RowId,Location\n1,5\n", "submission.csv:2: Location is \"\", not a finite number"),
    ("RowId,Location\n1,nan\n", "RowId,Location\n1,5\n", "submission.csv:2: Location is \"nan\", not a finite number"),
    ("RowId,Value\n1,5\n", "RowId,Location\n1,5\n", "submission.csv:1: missing columns: Location"),
    ("", "RowId,Location\n1,5\n", "submission.csv: the file is empty"),
    ("RowId,Location\n1,5\n", "RowId,Location,Usage\n1,5,Secret\n", "solution.csv:2: Usage is \"Secret\", not one of"),
    ("RowId,Location\n1,5\n", "RowId,Location,Usage\n1,5,Ignored\n", "solution.csv: no row that counts"),
  ])
  func wrongFilesToScore(submission: String, solution: String, words: String) throws {
    let error = #expect(throws: DataError.self) { try score(submission, solution) }
    #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
  }
}
