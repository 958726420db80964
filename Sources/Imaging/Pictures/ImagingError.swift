/// Why a picture or cascade could not be used, in words that name the file.
public struct ImagingError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The path of the file, or a name for a picture that has none.
  public let file: String
  public let message: String

  public init(file: String, message: String) {
    self.file = file
    self.message = message
  }

  public var description: String { "\(file): \(message)" }
}
