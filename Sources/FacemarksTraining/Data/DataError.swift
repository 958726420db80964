/// An error in a data set's files; the message names the file and the line and says what to do.
package struct DataError: Error, Hashable, Sendable, CustomStringConvertible {
  package let file: String
  /// Counted from 1; nil when the whole file is meant.
  package let line: Int?
  package let message: String

  package init(file: String, line: Int? = nil, message: String) {
    self.file = file
    self.line = line
    self.message = message
  }

  package var description: String {
    if let line { "\(file):\(line): \(message)" } else { "\(file): \(message)" }
  }
}
