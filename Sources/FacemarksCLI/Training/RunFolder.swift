import FacemarksTraining
import Files

/// The folder of a training run, kept from other runs as long as this lives.
final class RunFolder {
  let path: String
  private let lock: FolderLock

  /// - Parameter isNew: whether the run begins, in a folder that is made for it if need be.
  /// - Throws: `CommandFailure` when another run is at work there, when a run that begins finds one, or when nothing can be written.
  init(_ path: String, isNew: Bool) throws {
    self.path = path
    if isNew { try Self.requireNoRun(path) }
    let lock = try CommandFailure.wrap(.someFailed) {
      if isNew { try Files.makeFolder(path) }
      return try FolderLock(path)
    }
    guard let lock else {
      throw CommandFailure(.usage, "\(path): another run is at work in this folder; choose another one")
    }
    self.lock = lock
    // Again, as a run may have ended meanwhile.
    if isNew { try Self.requireNoRun(path) }
  }

  private static func requireNoRun(_ path: String) throws {
    guard FileStatus(of: Trainer.checkpointPath(path)) != nil else { return }
    throw CommandFailure(
      .usage, "\(path): holds a run already; go on with --resume \(path) or choose another folder")
  }
}
