import Files

/// The numbers of a run's `history.csv`, by column; files of any version do, with more or fewer columns.
package struct RunHistory: Sendable {
  /// The run's folder's name.
  package let name: String
  private let columns: [String: [Double]]
  package let epochs: [Double]

  /// - Parameter run: the run's folder, or the csv file itself.
  /// - Throws: `FileError`, or `TrainingError` naming the line.
  package init(run: String) throws {
    let isFolder = FileStatus(of: run)?.kind == .folder
    let path = isFolder ? PathText.join(run, "history.csv") : run
    let text = String(decoding: try Files.read(path), as: UTF8.self)
    try self.init(text, path: path, name: Self.name(of: path))
  }

  package init(_ text: String, path: String, name: String) throws {
    self.name = name
    // Swift takes "\r\n" for one character, which is a new line as well.
    let lines = text.split(whereSeparator: \.isNewline)
    let header = lines.first?.split(separator: ",", omittingEmptySubsequences: false).map(String.init) ?? []
    let shown = PathText.printable(path)
    guard header.contains("epoch") else {
      throw TrainingError("\(shown): not a training history: no column 'epoch' in the first line")
    }
    var columns = Dictionary(uniqueKeysWithValues: Set(header).map { ($0, [Double]()) })
    guard columns.count == header.count else { throw TrainingError("\(shown): two columns have one name") }
    for (number, line) in lines.enumerated().dropFirst() {
      let fields = line.split(separator: ",", omittingEmptySubsequences: false)
      guard fields.count == header.count else {
        throw TrainingError("\(shown):\(number + 1): \(fields.count) fields, but the first line has \(header.count)")
      }
      for (name, field) in zip(header, fields) {
        // An empty field is a number that is not known.
        guard let value = field.isEmpty ? Double.nan : Double(field) else {
          throw TrainingError("\(shown):\(number + 1): \(name) is \"\(field.prefix(24))\", not a number")
        }
        columns[name]?.append(value)
      }
    }
    self.columns = columns
    epochs = columns["epoch"] ?? []
    guard !epochs.isEmpty else { throw TrainingError("\(shown): no epoch yet") }
  }

  /// A column's values, one for each epoch; nil when the file does not have it, or has no number in it.
  package subscript(column: String) -> [Double]? {
    guard let values = columns[column], values.contains(where: \.isFinite) else { return nil }
    return values
  }

  /// The row with the lowest value of the first of these columns that there is.
  func best(_ candidates: [String]) -> Int? {
    for column in candidates {
      guard let values = self[column] else { continue }
      return values.indices.filter { values[$0].isFinite }.min { values[$0] < values[$1] }
    }
    return nil
  }

  /// The last part of the folder's path: "runs/convnet/history.csv" is called "convnet".
  private static func name(of path: String) -> String {
    let parts = path.split(separator: "/").filter { $0 != "." }
    guard parts.last == "history.csv" else { return parts.last.map { PathText.unicode(String($0)) } ?? "run" }
    return parts.dropLast().last.map { PathText.unicode(String($0)) } ?? "run"
  }
}
