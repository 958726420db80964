import Facemarks

/// The rows of a `labels.csv`: the labels of each picture.
struct LabelTable {
  let path: String
  private(set) var samples: [Sample] = []
  /// The line of each sample, for messages.
  private(set) var lines: [Int] = []
  /// x then y of each landmark, row by row; NaN = missing.
  private(set) var points: [Float] = []
  private(set) var manual: [Float] = []

  /// `full` where the file has columns of the 68 points, else `kaggle15`.
  private(set) var scheme = LandmarkScheme.kaggle15
  private var columns: [String: Int] = [:]

  /// - Throws: `DataError` naming the line, or `FileError`.
  init(path: String) throws {
    self.path = path
    let reader = try LineReader(path: path)
    guard let header = try reader.next() else { throw DataError(file: path, message: "the file is empty") }
    let width = try readHeader(TableRow(header))
    let pointColumns = coordinateColumns(prefix: "")
    let manualColumns = coordinateColumns(prefix: "manual_")
    var seen: [String: Int] = [:]
    while let line = try reader.next() {
      let row = TableRow(line)
      if row.isBlank { continue }
      guard row.count == width else {
        throw DataError(
          file: path, line: reader.lineNumber, message: "\(row.count) fields, but the first line has \(width)")
      }
      let sample = try sample(of: row, line: reader.lineNumber)
      if let earlier = seen.updateValue(reader.lineNumber, forKey: sample.name) {
        throw DataError(
          file: path, line: reader.lineNumber, message: "\(sample.name) is also in line \(earlier); remove one")
      }
      samples.append(sample)
      lines.append(reader.lineNumber)
      try appendCoordinates(of: row, columns: pointColumns, line: reader.lineNumber, to: \.points)
      try appendCoordinates(of: row, columns: manualColumns, line: reader.lineNumber, to: \.manual)
    }
    guard !samples.isEmpty else { throw DataError(file: path, message: "no rows after the first line") }
  }

  /// Finds the columns; returns their number.
  private mutating func readHeader(_ row: TableRow) throws(DataError) -> Int {
    for field in 0..<row.count { columns[row.text(field)] = field }
    if columns["\(LandmarkScheme.ibug68.landmarks[0])_x"] != nil { scheme = .full }
    let wanted = ["file"] + scheme.landmarks.flatMap { ["\($0)_x", "\($0)_y"] }
    let missing = wanted.filter { columns[$0] == nil }
    guard missing.isEmpty else {
      throw DataError(file: path, line: 1, message: "missing columns: \(missing.joined(separator: ", "))")
    }
    return row.count
  }

  private func coordinateColumns(prefix: String) -> [Int?] {
    scheme.landmarks.flatMap { [columns["\(prefix)\($0)_x"], columns["\(prefix)\($0)_y"]] }
  }

  private func sample(of row: TableRow, line: Int) throws(DataError) -> Sample {
    func text(_ column: String) -> String? {
      guard let field = columns[column] else { return nil }
      let text = row.text(field)
      return text.isEmpty ? nil : text
    }
    func value<Value>(_ column: String, _ known: String, _ convert: (String) -> Value?) throws(DataError) -> Value? {
      guard let text = text(column) else { return nil }
      guard let value = convert(text) else {
        throw DataError(file: path, line: line, message: "\(column) is \"\(text)\", not one of \(known)")
      }
      return value
    }
    guard let name = text("file") else { throw DataError(file: path, line: line, message: "no file name") }
    return Sample(
      name: name,
      set: text("set") ?? name.firstIndex(of: "/").map { String(name[..<$0]) } ?? "",
      person: text("person"),
      split: try value("split", "train, val", Sample.Side.init),
      quality: try value("quality", "1, 2, 3") { Int($0).flatMap { (1...3).contains($0) ? $0 : nil } } ?? 1,
      pose: try value("pose", Sample.Pose.allCases.map(\.rawValue).joined(separator: ", "), Sample.Pose.init))
  }

  private mutating func appendCoordinates(
    of row: TableRow, columns: [Int?], line: Int, to values: WritableKeyPath<LabelTable, [Float]>
  ) throws(DataError) {
    for (index, column) in columns.enumerated() {
      var value = Float.nan
      if let column {
        switch NumberField(row[column]) {
        case .missing: break
        case .number(let number): value = number
        case .wrong(let text):
          let name = scheme.landmarks[index / 2] + (index % 2 == 0 ? "_x" : "_y")
          throw DataError(file: path, line: line, message: "\(name) is \"\(text)\", not a finite number")
        }
      }
      self[keyPath: values].append(value)
    }
  }
}
