import Files

/// A published format of faces with 68 points or more on whole pictures. `--data NAME:PATH` reads it.
protocol AnnotationFormat: Sendable {
  /// What stands before the colon.
  static var name: String { get }
  /// What stands behind it, for the help.
  static var words: String { get }

  /// - Throws: `DataError` naming file and line; `FileError`.
  static func read(_ path: String) throws -> FaceAnnotations
}

/// The registry of such formats.
package enum AnnotationFormats {
  static let all: [any AnnotationFormat.Type] = [PTSFolder.self, WFLWList.self]

  /// For help: `pts:FOLDER of ... or wflw:LIST of ...`.
  package static var words: String { all.map { "\($0.name):\($0.words)" }.joined(separator: " or ") }

  /// The format and the path that `data` names; nil without a known name before a colon.
  static func named(_ data: String) -> (format: any AnnotationFormat.Type, path: String)? {
    guard let colon = data.firstIndex(of: ":"), let format = all.first(where: { $0.name == data[..<colon] }) else {
      return nil
    }
    return (format, String(data[data.index(after: colon)...]))
  }
}
