import Glibc

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

  /// With the system's words for an error number.
  public init(path: String, reason: Reason, code: Int32) {
    self.init(path: path, reason: reason, detail: String(cString: strerror(code)))
  }

  public var description: String {
    let name = PathText.printable(path)
    return switch reason {
    case .missing, .unreadable: "\(name): cannot read: \(detail)"
    case .unwritable: "\(name): cannot write: \(detail)"
    case .exists: "\(name): exists already: \(detail)"
    }
  }
}
