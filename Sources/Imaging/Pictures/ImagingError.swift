import Files

/// A picture, a video, a cascade or a filter that cannot be read, written or used; the message names the file.
public struct ImagingError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The path of the file, or a name for a picture that has none.
  public let file: String
  /// The problem, without the file's name.
  public let message: String
  /// Whether it has more pixels than are allowed.
  package let isTooLarge: Bool

  package init(file: String, message: String, isTooLarge: Bool = false) {
    self.file = file
    self.message = message
    self.isTooLarge = isTooLarge
  }

  init(_ error: FileError) { self.init(file: PathText.printable(error.path), message: error.problem) }

  /// The file and the problem in one line.
  public var description: String { "\(file): \(message)" }
}
