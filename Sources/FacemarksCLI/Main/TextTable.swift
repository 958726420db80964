/// Tables for people.
enum TextTable {
  /// A line of cells, padded with spaces to the widths of their columns.
  /// - Parameters:
  ///   - columns: the widths in characters: negative for columns aligned on the left, 0 for no padding. The last one holds for
  ///     all further cells.
  ///   - gap: the least number of spaces beside a cell.
  static func line(_ cells: [String], columns: [Int], gap: Int = 1) -> String {
    var line = ""
    for (index, cell) in cells.enumerated() {
      let width = columns[min(index, columns.count - 1)]
      let space = width == 0 ? "" : String(repeating: " ", count: max(gap, abs(width) - cell.count))
      line += width < 0 ? cell + space : space + cell
    }
    return line
  }
}
