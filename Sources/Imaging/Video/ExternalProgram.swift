import Files
import Glibc

/// A program of the system, found in PATH and run without a shell.
struct ExternalProgram {
  let path: String

  /// Nil when no folder of PATH has it.
  init?(_ name: String) {
    guard let variable = getenv("PATH") else { return nil }
    let folders = PathText.text(UnsafeRawBufferPointer(start: variable, count: strlen(variable)))
    let found = folders.split(separator: ":").map { PathText.join(String($0), name) }.first { candidate in
      FileStatus(of: candidate)?.kind == .file && PathText.withSystemPath(candidate) { access($0, X_OK) } == 0
    }
    guard let found else { return nil }
    path = found
  }

  /// Runs it to its end with nothing to read; it gets Ctrl-C like this program.
  ///
  /// - Returns: its exit status (nil when a signal ended it, or it cannot be told) and what it printed to its output and
  ///   its errors, up to a megabyte.
  /// - Throws: `FileError` when it cannot be started.
  func run(_ arguments: [String]) throws(FileError) -> (status: Int32?, output: String) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw FileError(path: path, reason: .unreadable, code: errno) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    defer { close(ends[0]) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO)

    // Signals that this program catches, blocks or ignores are as usual for the other.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var defaults = sigset_t()
    sigemptyset(&defaults)
    for signal in [SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGXFSZ] { sigaddset(&defaults, signal) }
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    var blocked = sigset_t()
    sigemptyset(&blocked)
    posix_spawnattr_setsigmask(&attributes, &blocked)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))

    var words = ([path] + arguments).map { word in PathText.withSystemPath(word) { strdup($0) } }
    words.append(nil)
    defer { for word in words { free(word) } }
    var process = pid_t()
    let code = PathText.withSystemPath(path) { posix_spawn(&process, $0, &actions, &attributes, words, environ) }
    close(ends[1])
    guard code == 0 else { throw FileError(path: path, reason: .unreadable, code: code) }

    let output = Self.text(from: ends[0])
    var raw: Int32 = 0
    while waitpid(process, &raw, 0) < 0 {
      if errno != EINTR { return (nil, output) }
    }
    return (raw & 0x7F == 0 ? (raw >> 8) & 0xFF : nil, output)
  }

  /// Everything up to the end of a stream, of which only the first megabyte is kept.
  private static func text(from descriptor: Int32) -> String {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(descriptor, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return PathText.text(bytes) }
      if bytes.count < 1 << 20 { bytes += chunk[..<count] }
    }
  }
}
