import Glibc

/// Why a file could not be read or written, in words that name the file.
package struct FileError: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Reason: Hashable, Sendable {
    case missing, unreadable, unwritable
  }

  package let path: String
  package let reason: Reason
  /// The system's own words, such as "No space left on device".
  package let detail: String

  package init(path: String, reason: Reason, detail: String) {
    self.path = path
    self.reason = reason
    self.detail = detail
  }

  /// With the system's words for an error number.
  package init(path: String, reason: Reason, code: Int32) {
    self.init(path: path, reason: reason, detail: String(cString: strerror(code)))
  }

  /// The message without the file's name.
  package var problem: String {
    switch reason {
    case .missing, .unreadable: "cannot read: \(detail)"
    case .unwritable: "cannot write: \(detail)"
    }
  }

  package var description: String { "\(PathText.printable(path)): \(problem)" }
}
