/// A csv file whose first line names its columns, read row by row.
final class TableFile {
  let path: String
  private let reader: LineReader
  private let columns: [String: Int]
  private let width: Int

  /// - Parameter needed: columns that must be there.
  /// - Throws: `DataError` or `FileError`.
  init(path: String, needed: [String]) throws {
    self.path = path
    reader = try LineReader(path: path)
    guard let line = try reader.next() else { throw DataError(file: path, message: "the file is empty") }
    let header = TableRow(line)
    var columns: [String: Int] = [:]
    for field in 0..<header.count { columns[header.text(field)] = field }
    let missing = needed.filter { columns[$0] == nil }
    guard missing.isEmpty else {
      throw DataError(file: path, line: 1, message: "missing columns: \(missing.joined(separator: ", "))")
    }
    self.columns = columns
    width = header.count
  }

  /// The line of the row last returned, counted from 1.
  var line: Int { reader.lineNumber }

  func has(_ column: String) -> Bool { columns[column] != nil }

  /// The next row that is not blank, valid until the next call; nil at the end.
  /// - Throws: `DataError` when it has more or fewer fields than the first line.
  func next() throws -> TableRow? {
    while let bytes = try reader.next() {
      let row = TableRow(bytes)
      if row.isBlank { continue }
      guard row.count == width else { throw failure("\(row.count) fields, but the first line has \(width)") }
      return row
    }
    return nil
  }

  /// The text of a field; empty when there is no such column.
  func text(_ column: String, of row: TableRow) -> String { columns[column].map { row.text($0) } ?? "" }

  /// - Throws: `DataError` unless the field is a whole number.
  func whole(_ column: String, of row: TableRow) throws(DataError) -> Int {
    let text = text(column, of: row)
    guard let number = Int(text.filter { $0 != " " }) else {
      throw failure("\(column) is \"\(text.prefix(24))\", not a whole number")
    }
    return number
  }

  /// - Throws: `DataError` unless the field is a finite number.
  func number(_ column: String, of row: TableRow) throws(DataError) -> Double {
    let text = text(column, of: row)
    guard let number = Double(text.filter { $0 != " " }), number.isFinite else {
      throw failure("\(column) is \"\(text.prefix(24))\", not a finite number")
    }
    return number
  }

  /// About the row last returned.
  func failure(_ message: String) -> DataError { DataError(file: path, line: line, message: message) }
}
