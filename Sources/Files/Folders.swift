import Glibc

/// The kind and identity of the file at a path, links followed.
package struct FileStatus: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    case file, folder, other
  }

  /// Device and inode: equal for two paths that name the same file.
  package struct Identity: Hashable, Sendable {
    let device: UInt
    let inode: UInt
  }

  package let kind: Kind
  package let isPipe: Bool
  package let identity: Identity
  /// When the content was last changed, in seconds since 1970.
  package let modified: Int

  /// Nil when there is nothing of that name (or it cannot be looked at).
  package init?(of path: String) {
    var status = stat()
    guard PathText.withSystemPath(path, { stat($0, &status) }) == 0 else { return nil }
    kind =
      switch status.st_mode & S_IFMT {
      case S_IFDIR: .folder
      case S_IFREG: .file
      default: .other
      }
    isPipe = status.st_mode & S_IFMT == S_IFIFO
    identity = Identity(device: status.st_dev, inode: status.st_ino)
    modified = status.st_mtim.tv_sec
  }
}

/// An entry of a folder.
package struct FolderEntry: Hashable, Sendable {
  package let name: String
  package let isLink: Bool
}

extension Files {
  /// The entries of a folder but `.` and `..`, sorted by the bytes of their names.
  /// - Throws: `FileError` when it cannot be read.
  package static func entries(of folder: String) throws(FileError) -> [FolderEntry] {
    guard let stream = PathText.withSystemPath(folder, { opendir($0) }) else {
      throw FileError(
        path: folder, reason: errno == ENOENT ? .missing : .unreadable, code: errno)
    }
    defer { closedir(stream) }
    var found: [(bytes: [UInt8], isLink: Bool)] = []
    while let entry = readdir(stream) {
      // The name is read through the entry's own address: the record is shorter than the struct says.
      let offset = MemoryLayout<dirent>.offset(of: \dirent.d_name) ?? 0
      let start = UnsafeRawPointer(entry).advanced(by: offset)
      let length = strlen(start.assumingMemoryBound(to: CChar.self))
      let name = Array(UnsafeRawBufferPointer(start: start, count: length))
      if name == Array(".".utf8) || name == Array("..".utf8) { continue }
      found.append((name, Int(entry.pointee.d_type) == Int(DT_LNK)))
    }
    found.sort { $0.bytes.lexicographicallyPrecedes($1.bytes) }
    return found.map { FolderEntry(name: PathText.text($0.bytes), isLink: $0.isLink) }
  }

  /// Makes a folder and those above it that are missing.
  /// - Throws: `FileError` when that is not allowed or a file of that name stands in the way.
  package static func makeFolder(_ path: String) throws(FileError) {
    if let status = FileStatus(of: path) {
      guard status.kind == .folder else {
        throw FileError(path: path, reason: .unwritable, detail: "it is a file, not a folder")
      }
      return
    }
    let bytes = PathText.bytes(path)
    let body = bytes.prefix(1 + (bytes.lastIndex { $0 != UInt8(ascii: "/") } ?? 0))
    if let slash = body.lastIndex(of: UInt8(ascii: "/")), slash > 0 { try makeFolder(PathText.text(body[..<slash])) }
    guard PathText.withSystemPath(path, { mkdir($0, 0o777) }) == 0 || errno == EEXIST else {
      throw FileError(path: path, reason: .unwritable, code: errno)
    }
  }

  /// The paths that match a shell pattern, sorted; empty when none does.
  package static func matches(_ pattern: String) -> [String] {
    var list = glob_t()
    defer { globfree(&list) }
    guard PathText.withSystemPath(pattern, { glob($0, 0, nil, &list) }) == 0, let paths = list.gl_pathv else {
      return []
    }
    return (0..<Int(list.gl_pathc)).compactMap { index in
      guard let path = paths[index] else { return nil }
      return PathText.text(UnsafeRawBufferPointer(start: path, count: strlen(path)))
    }
  }

  /// The absolute path of a file's folder, links resolved, followed by the file's own name: equal for two spellings of
  /// one name. The path itself where the folder does not exist.
  package static func resolved(_ path: String) -> String {
    let (folder, name) = PathText.split(path)
    guard let real = PathText.withSystemPath(folder.isEmpty ? "." : folder, { realpath($0, nil) }) else { return path }
    defer { free(real) }
    let parent = PathText.text(UnsafeRawBufferPointer(start: real, count: strlen(real)))
    return parent == "/" ? "/" + name : parent + "/" + name
  }
}
