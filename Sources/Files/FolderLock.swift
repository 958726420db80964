import Glibc

/// Keeps a folder to one program at a time, as long as the lock lives; a killed program's lock goes with it.
package final class FolderLock {
  private let descriptor: Int32

  /// - Returns: nil when another program has the folder.
  /// - Throws: `FileError` when there is no such folder. Folders of a file system without locks are not locked.
  package init?(_ folder: String) throws(FileError) {
    descriptor = PathText.withSystemPath(folder) { open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    guard descriptor >= 0 else { throw FileError(path: folder, reason: .unwritable, code: errno) }
    if flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK { return nil }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }
}
