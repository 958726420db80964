/// The error of a submission against a solution: the root of the mean squared difference over its rows, in pixels.
package struct SubmissionScore: Hashable, Sendable {
  package struct Part: Hashable, Sendable {
    package var rows = 0
    fileprivate var squares = 0.0

    /// NaN without rows.
    package var rmse: Double { (squares / Double(rows)).squareRoot() }

    fileprivate mutating func add(_ difference: Double) {
      rows += 1
      squares += difference * difference
    }
  }

  package private(set) var all = Part()
  /// Of the solution's column `Usage`, where it has one.
  package private(set) var publicPart: Part?
  package private(set) var privatePart: Part?

  /// - Parameters:
  ///   - submission: a csv file with the columns `RowId` and `Location`.
  ///   - solution: likewise; a column `Usage` may say `Public`, `Private` or `Ignored` of each row.
  /// - Throws: `DataError` naming the file and line, also when the two files do not have the same rows; `FileError`.
  package init(submission: String, solution: String) throws {
    let given = try Self.read(submission, hasUsage: false)
    let truth = try Self.read(solution, hasUsage: true)
    let missing = truth.keys.filter { given[$0] == nil }.sorted()
    guard missing.isEmpty else {
      throw DataError(file: submission, message: "\(Self.rows(missing)) missing, but in \(solution)")
    }
    let extra = given.keys.filter { truth[$0] == nil }.sorted()
    guard extra.isEmpty else {
      throw DataError(file: submission, message: "\(Self.rows(extra)) not in \(solution)")
    }
    for (number, row) in truth.sorted(by: { $0.key < $1.key }) {
      let difference = (given[number]?.location ?? .nan) - row.location
      switch row.usage {
      case .ignored: continue
      case .public: publicPart = publicPart ?? Part()
      case .private: privatePart = privatePart ?? Part()
      case nil: break
      }
      all.add(difference)
      if row.usage == .public { publicPart?.add(difference) }
      if row.usage == .private { privatePart?.add(difference) }
    }
    guard all.rows > 0 else { throw DataError(file: solution, message: "no row that counts") }
  }

  private enum Usage: String {
    case `public`, `private`, ignored
  }

  private struct Row {
    var location: Double
    var usage: Usage?
  }

  private static func read(_ path: String, hasUsage: Bool) throws -> [Int: Row] {
    let table = try TableFile(path: path, needed: ["RowId", "Location"])
    var rows: [Int: Row] = [:]
    while let fields = try table.next() {
      let number = try table.whole("RowId", of: fields)
      var row = Row(location: try table.number("Location", of: fields))
      if hasUsage, table.has("Usage") {
        let text = table.text("Usage", of: fields)
        guard let usage = Usage(rawValue: text.lowercased()) else {
          throw table.failure("Usage is \"\(text.prefix(24))\", not one of Public, Private, Ignored")
        }
        row.usage = usage
      }
      guard rows.updateValue(row, forKey: number) == nil else { throw table.failure("RowId \(number) is there twice") }
    }
    guard !rows.isEmpty else { throw DataError(file: path, message: "no rows after the first line") }
    return rows
  }

  private static func rows(_ numbers: [Int]) -> String {
    let names = numbers.prefix(3).map(String.init).joined(separator: ", ") + (numbers.count > 3 ? ", ..." : "")
    return numbers.count == 1 ? "RowId \(names) is" : "RowIds \(names) (\(numbers.count) rows) are"
  }
}
