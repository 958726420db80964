import Facemarks

/// Kaggle's `IdLookupTable.csv`: which coordinates of which pictures are asked for, `RowId,ImageId,FeatureName`.
package struct LookupTable: Sendable {
  package struct Row: Hashable, Sendable {
    package var rowID: Int
    package var imageID: Int
    /// The index of the coordinate among all: 2 * landmark, and 1 more for y.
    package var coordinate: Int
    /// Its line in the file, for messages.
    package var line: Int
  }

  package let path: String
  package let rows: [Row]

  /// - Throws: `DataError` naming the line, or `FileError`.
  package init(contentsOf path: String, scheme: LandmarkScheme) throws {
    self.path = path
    let names = scheme.landmarks.flatMap { ["\($0)_x", "\($0)_y"] }
    let coordinates = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($0.element, $0.offset) })
    let table = try TableFile(path: path, needed: ["RowId", "ImageId", "FeatureName"])
    var rows: [Row] = []
    var seen: [Int: Int] = [:]
    while let fields = try table.next() {
      let name = table.text("FeatureName", of: fields)
      guard let coordinate = coordinates[name] else {
        throw table.failure("unknown FeatureName \"\(name.prefix(48))\"; known are \(names[0]), \(names[1]) and so on")
      }
      let row = Row(
        rowID: try table.whole("RowId", of: fields), imageID: try table.whole("ImageId", of: fields),
        coordinate: coordinate, line: table.line)
      if let earlier = seen.updateValue(row.line, forKey: row.rowID) {
        throw table.failure("RowId \(row.rowID) is also in line \(earlier)")
      }
      rows.append(row)
    }
    guard !rows.isEmpty else { throw DataError(file: path, message: "no rows after the first line") }
    self.rows = rows
  }
}
