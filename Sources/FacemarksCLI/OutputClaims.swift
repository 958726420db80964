import Files
import Synchronization

/// Who writes which file. It sees to it that no input is written over and no output is written twice.
final class OutputClaims: Sendable {
  /// Why a file cannot be written.
  enum Conflict: Error {
    /// The path is an input.
    case input
    /// Somebody else writes it: an input's path or an option's name.
    case taken(by: String)
  }

  private let inputNames: Set<[UInt8]>
  private let inputFiles: Set<FileStatus.Identity>
  private let owners = Mutex<[[UInt8]: String]>([:])

  init(inputs: [String]) {
    inputNames = Set(inputs.map { PathText.bytes(Files.resolved($0)) })
    inputFiles = Set(inputs.compactMap { FileStatus(of: $0)?.identity })
  }

  /// Takes `path` for `owner`, who may have it already.
  func claim(_ path: String, for owner: String) throws(Conflict) {
    let key = PathText.bytes(Files.resolved(path))
    if inputNames.contains(key) { throw .input }
    if let status = FileStatus(of: path) {
      // A device or a pipe takes any number of writers.
      if status.kind == .other { return }
      if inputFiles.contains(status.identity) { throw .input }
    }
    let holder = owners.withLock { owners in
      let holder = owners[key] ?? owner
      owners[key] = holder
      return holder
    }
    if PathText.bytes(holder) != PathText.bytes(owner) { throw .taken(by: holder) }
  }
}
