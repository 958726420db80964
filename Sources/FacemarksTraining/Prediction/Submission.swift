import Facemarks
import Files

/// The answer to a lookup table: a location for every coordinate asked for, clipped to 0...96, in the table's order.
package struct Submission: Sendable {
  package struct Row: Hashable, Sendable {
    package var rowID: Int
    /// In pixels.
    package var location: Double
  }

  package let rows: [Row]
  package let imageCount: Int
  /// The number of images that the second model predicted alone.
  package let partialImageCount: Int

  /// Predicts what a lookup table asks for.
  ///
  /// An image of which only landmarks are asked that `partial` knows goes to `partial` (such images follow the labelling
  /// habit that it was trained on). Of any other image `model` does what it knows, and `partial` the rest.
  ///
  /// - Parameters:
  ///   - test: with an `ImageId` for every picture.
  ///   - partial: knows some landmarks only.
  /// - Throws: `DataError` when the table does not fit the pictures, `TrainingError` when an asked landmark is known by
  ///   no model, `ModelError`.
  package static func predict(
    _ table: LookupTable, of test: LandmarkDataset, model: any LandmarkPredictor,
    partial: (any LandmarkPredictor)? = nil, threads: Int
  ) throws -> Submission {
    let samples = try samples(of: test)
    var asked: [Int: Set<Int>] = [:]
    for row in table.rows {
      guard samples[row.imageID] != nil else {
        throw DataError(file: table.path, line: row.line, message: "ImageId \(row.imageID) is not in \(test.path)")
      }
      asked[row.imageID, default: []].insert(row.coordinate / 2)
    }
    let (mainKnows, partialKnows) = (Set(model.landmarks), Set(partial?.landmarks ?? []))
    let unknown = asked.values.reduce(into: Set<Int>()) { $0.formUnion($1) }
      .subtracting(mainKnows).subtracting(partialKnows).sorted().map { test.scheme.landmarks[$0] }
    guard unknown.isEmpty else {
      throw TrainingError(
        "\(table.path): asks for \(unknown.joined(separator: ", ")), which \(model.file) does not know"
          + (partial.map { ", nor does \($0.file)" } ?? "; a model for the rest can be given with --partial"))
    }
    let images = asked.keys.sorted()
    let forPartial = images.filter { asked[$0]?.isSubset(of: partialKnows) ?? false }
    let others = Set(images).subtracting(forPartial)
    let forMain = images.filter { others.contains($0) }
    let forBoth = forMain.filter { !(asked[$0]?.isSubset(of: mainKnows) ?? true) }
    var values = try predict(forMain, samples, of: test, with: model, threads: threads)
    if let partial {
      values.merge(try predict(forPartial + forBoth, samples, of: test, with: partial, threads: threads)) {
        zip($0, $1).map { $0.isNaN ? $1 : $0 }
      }
    }
    let rows = try table.rows.map { row in
      guard let value = values[row.imageID]?[row.coordinate], value.isFinite else { throw ModelError(file: model.file) }
      return Row(rowID: row.rowID, location: Double(min(max(value, 0), Float(FaceCrop.side))))
    }
    return Submission(rows: rows, imageCount: images.count, partialImageCount: forPartial.count)
  }

  /// `RowId,Location` and a line for each row, four decimals at most.
  package var text: String {
    rows.reduce(into: "RowId,Location\n") { text, row in
      text += "\(row.rowID),\(NumberText.short(row.location, 4) ?? "")\n"
    }
  }

  /// The sample of each image by its number.
  private static func samples(of test: LandmarkDataset) throws -> [Int: Int] {
    var result: [Int: Int] = [:]
    for (index, sample) in test.samples.enumerated() {
      guard let number = sample.imageID else {
        throw DataError(file: test.path, line: 1, message: "no column ImageId; give the file with the test pictures")
      }
      result[number] = index
    }
    return result
  }

  /// All coordinates of some images by their numbers.
  private static func predict(
    _ images: [Int], _ samples: [Int: Int], of test: LandmarkDataset, with predictor: any LandmarkPredictor,
    threads: Int
  ) throws -> [Int: [Float]] {
    let pictures = test.pictures(of: images.compactMap { samples[$0] })
    let width = 2 * test.scheme.count
    let values = try predictor.predict(pictures, threads: threads)
    return Dictionary(
      uniqueKeysWithValues: images.enumerated().map { place, image in
        (image, Array(values[place * width..<(place + 1) * width]))
      })
  }
}
