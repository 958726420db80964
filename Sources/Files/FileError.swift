/// Why a file could not be read or written, in words that name the file.
public struct FileError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Reason: Hashable, Sendable {
    case missing, unreadable, unwritable, exists
  }

  public let path: String
  public let reason: Reason
  /// The system's own words, such as "No space left on device".
  public let detail: String

  public init(path: String, reason: Reason, detail: String) {
    self.path = path
    self.reason = reason
    self.detail = detail
  }

  public var description: String {
    switch reason {
    case .missing, .unreadable: "\(path): cannot read: \(detail)"
    case .unwritable: "\(path): cannot write: \(detail)"
    case .exists: "\(path): exists already: \(detail)"
    }
  }
}
