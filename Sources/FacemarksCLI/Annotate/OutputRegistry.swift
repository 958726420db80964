import Files
import Synchronization

/// The files that are written, and for whom: no input is written over, and no output is written twice.
final class OutputRegistry: Sendable {
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

  /// Registers `path` for `owner`, who may have it already.
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

  /// Registers `path` before any work is done; nothing that exists is replaced unless `force` says so.
  /// - Throws: `CommandFailure` when a file cannot be written there.
  func check(_ path: String, for owner: String, force: Bool) throws {
    let name = PathText.printable(path)
    do {
      try claim(path, for: owner)
    } catch {
      switch error {
      case .input: throw CommandFailure(.usage, "\(name): is an input; choose another file for \(owner)")
      case .taken(let other): throw CommandFailure(.usage, "\(name): \(other) is written there already")
      }
    }
    try Self.checkExisting(path, force: force)
  }

  /// - Throws: `CommandFailure` when `path` is a folder, or a file that `force` does not allow to be replaced.
  static func checkExisting(_ path: String, force: Bool) throws {
    if FileStatus(of: path)?.kind == .folder {
      throw CommandFailure(.someFailed, "\(PathText.printable(path)): cannot write: it is a folder")
    }
    if let refusal = refusal(of: path, force: force) { throw CommandFailure(.someFailed, refusal) }
  }

  /// Why a file that exists is not replaced; nil where nothing is there, a device is, or `force` allows it.
  static func refusal(of path: String, force: Bool) -> String? {
    guard !force, let status = FileStatus(of: path), status.kind != .other else { return nil }
    return "\(PathText.printable(path)) exists already; --force replaces it"
  }
}
