import Facemarks

extension LandmarkDataset {
  /// Reads a csv file of Kaggle's "Facial Keypoints Detection" line by line: the memory is that of the pixels.
  static func readKaggle(_ path: String, threads: Int, weights: PointWeights) throws -> LandmarkDataset {
    var table = try KaggleTable(path: path, scheme: .kaggle15)
    try table.readRows()
    return LandmarkDataset(
      path: path, margin: 0, samples: table.samples, pixels: table.pixels, points: table.points,
      pointWeights: weights, missingPixels: table.missingPixels, threads: threads)
  }
}

/// The rows of a csv file with a column `Image` of 9,216 numbers.
private struct KaggleTable {
  private(set) var samples: [Sample] = []
  private(set) var points: [Float] = []
  private(set) var pixels: [UInt8] = []
  private(set) var missingPixels = 0

  private let reader: LineReader
  private let scheme: LandmarkScheme
  /// The column of each coordinate; empty for a file without labels.
  private let coordinates: [Int]
  private let image: Int
  private let imageID: Int?
  /// The column of the group: rows of one group count as one person and stay on one side of a split.
  private let group: Int?
  /// The line of each `ImageId`.
  private var imageLines: [Int: Int] = [:]
  private let width: Int

  init(path: String, scheme: LandmarkScheme) throws {
    reader = try LineReader(path: path)
    self.scheme = scheme
    guard let line = try reader.next() else { throw DataError(file: path, message: "the file is empty") }
    let header = TableRow(line)
    var columns: [String: Int] = [:]
    for field in 0..<header.count { columns[header.text(field)] = field }
    guard let image = columns["Image"] else {
      throw DataError(file: path, line: 1, message: "no column Image in the first line")
    }
    let wanted = scheme.landmarks.flatMap { ["\($0)_x", "\($0)_y"] }
    let missing = wanted.filter { columns[$0] == nil }
    let isUnlabelled = columns["ImageId"] != nil && missing.count == wanted.count
    guard missing.isEmpty || isUnlabelled else {
      throw DataError(file: path, line: 1, message: "missing columns: \(missing.joined(separator: ", "))")
    }
    coordinates = wanted.compactMap { columns[$0] }
    self.image = image
    imageID = columns["ImageId"]
    group = columns["Group"]
    width = header.count
  }

  mutating func readRows() throws {
    let size = FaceCrop.side * FaceCrop.side
    pixels.reserveCapacity(reader.fileSize / (2 * size) * size)
    var picture = [UInt8](repeating: 0, count: size)
    while let line = try reader.next() {
      let row = TableRow(line)
      if row.isBlank { continue }
      guard row.count == width else {
        throw failure("\(row.count) fields, but the first line has \(width)")
      }
      switch picture.withUnsafeMutableBufferPointer({ PixelField.read(row[image], into: $0) }) {
      case .complete(let missing): missingPixels += missing
      case .wrong(let message): throw failure(message)
      }
      pixels.append(contentsOf: picture)
      try appendPoints(of: row)
      samples.append(try sample(of: row))
    }
    guard !samples.isEmpty else { throw DataError(file: reader.path, message: "no rows after the first line") }
  }

  private mutating func appendPoints(of row: TableRow) throws(DataError) {
    guard !coordinates.isEmpty else {
      points.append(contentsOf: repeatElement(.nan, count: 2 * scheme.count))
      return
    }
    for (index, column) in coordinates.enumerated() {
      switch NumberField(row[column]) {
      case .missing: points.append(.nan)
      case .number(let number): points.append(number)
      case .wrong(let text):
        let name = scheme.landmarks[index / 2] + (index % 2 == 0 ? "_x" : "_y")
        throw failure("\(name) is \"\(text)\", not a finite number")
      }
    }
  }

  private mutating func sample(of row: TableRow) throws(DataError) -> Sample {
    var sample = Sample(name: "row \(samples.count + 1)")
    if let imageID {
      guard let number = Int(row.text(imageID)) else {
        throw failure("ImageId is \"\(row.text(imageID).prefix(24))\", not a whole number")
      }
      if let earlier = imageLines.updateValue(reader.lineNumber, forKey: number) {
        throw failure("ImageId \(number) is also in line \(earlier)")
      }
      sample.imageID = number
    }
    if let group, case let name = row.text(group), !name.isEmpty { sample.person = name }
    return sample
  }

  private func failure(_ message: String) -> DataError {
    DataError(file: reader.path, line: reader.lineNumber, message: message)
  }
}
