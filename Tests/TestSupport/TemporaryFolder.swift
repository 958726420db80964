import Files
import Glibc

/// A folder of its own for one test, removed with the object.
package final class TemporaryFolder {
  package let path: String

  package init() throws {
    var template = Array("/tmp/facemarks-test-XXXXXX".utf8CString)
    guard let made = template.withUnsafeMutableBufferPointer({ $0.baseAddress.flatMap { mkdtemp($0) } }) else {
      throw FileError(path: "/tmp", reason: .unwritable, code: errno)
    }
    path = String(cString: made)
    // Also for the programs that a test runs as another user.
    chmod(path, 0o755)
  }

  deinit { Self.remove(path) }

  /// The path of a name inside.
  package func file(_ name: String) -> String { PathText.join(path, name) }

  /// Writes a file inside, with the folders it needs; returns its path.
  @discardableResult
  package func add(_ name: String, _ bytes: [UInt8]) throws -> String {
    let path = file(name)
    try Files.makeFolder(PathText.split(path).folder)
    try Files.write(bytes, to: path)
    return path
  }

  @discardableResult
  package func add(_ name: String, _ text: String) throws -> String { try add(name, Array(text.utf8)) }

  /// Another name for the same file.
  package func link(_ name: String, to existing: String) {
    _ = PathText.withSystemPath(file(existing)) { from in PathText.withSystemPath(file(name)) { Glibc.link(from, $0) } }
  }

  /// The names of all files inside and below, sorted.
  package func files() throws -> [String] { try Self.files(below: path, prefix: "").sorted() }

  private static func files(below folder: String, prefix: String) throws -> [String] {
    try Files.entries(of: folder).flatMap { entry in
      let path = PathText.join(folder, entry.name)
      let isFolder = !entry.isLink && FileStatus(of: path)?.kind == .folder
      return isFolder ? try files(below: path, prefix: prefix + entry.name + "/") : [prefix + entry.name]
    }
  }

  private static func remove(_ path: String) {
    for entry in (try? Files.entries(of: path)) ?? [] {
      let inner = PathText.join(path, entry.name)
      if !entry.isLink, FileStatus(of: inner)?.kind == .folder {
        remove(inner)
      } else {
        _ = PathText.withSystemPath(inner) { unlink($0) }
      }
    }
    _ = PathText.withSystemPath(path) { rmdir($0) }
  }
}
