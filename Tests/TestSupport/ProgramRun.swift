import Files
import Glibc

/// A program that was started; what it prints is kept.
package final class RunningProgram {
  package let process: pid_t
  private let streams: TemporaryFolder

  /// - Parameters:
  ///   - program: its path.
  ///   - arguments: without the program's own name; each as `PathText` has it, so any bytes will do.
  ///   - folder: where it runs.
  package init(_ program: String, _ arguments: [String], in folder: String) throws {
    streams = try TemporaryFolder()
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    for (number, name) in [(STDOUT_FILENO, "output"), (STDERR_FILENO, "errors")] {
      posix_spawn_file_actions_addopen(&actions, number, streams.file(name), O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    }
    // A test run in the background has Ctrl-C ignored or blocked, and would hand that on.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var defaults = sigset_t()
    sigemptyset(&defaults)
    for signal in [SIGINT, SIGTERM, SIGHUP, SIGPIPE] { sigaddset(&defaults, signal) }
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    var blocked = sigset_t()
    sigemptyset(&blocked)
    posix_spawnattr_setsigmask(&attributes, &blocked)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))

    // The shell changes to the folder and then becomes the program.
    let shell = ["/bin/sh", "-c", "cd \"$0\" && exec \"$@\"", folder, program]
    var words = (shell + arguments).map { word in PathText.withSystemPath(word) { strdup($0) } }
    words.append(nil)
    defer { for word in words { free(word) } }
    var process = pid_t()
    let code = posix_spawn(&process, shell[0], &actions, &attributes, words, environ)
    guard code == 0 else { throw FileError(path: program, reason: .unreadable, code: code) }
    self.process = process
  }

  package func send(_ signal: Int32) { kill(process, signal) }

  /// What it has printed so far.
  package var output: String { (try? Files.read(streams.file("output"))).map { PathText.text($0) } ?? "" }

  /// Waits for the end; kills the program when it takes more than `timeout` seconds.
  package func wait(timeout: Double = 120) throws -> ProgramRun {
    var raw: Int32 = 0
    var waited = 0.0
    while waitpid(process, &raw, WNOHANG) == 0 {
      usleep(5000)
      waited += 0.005
      if waited > timeout {
        kill(process, SIGKILL)
        waitpid(process, &raw, 0)
        break
      }
    }
    let signal = raw & 0x7F
    return ProgramRun(
      status: signal == 0 ? (raw >> 8) & 0xFF : 128 + signal,
      output: PathText.text(try Files.read(streams.file("output"))),
      errors: PathText.text(try Files.read(streams.file("errors"))))
  }
}

/// What a program that has ended left behind.
package struct ProgramRun: Sendable {
  /// The exit status; 128 + N when signal N killed it.
  package let status: Int32
  package let output: String
  package let errors: String

  /// Runs a program to its end.
  package static func run(_ program: String, _ arguments: [String], in folder: String) throws -> ProgramRun {
    try RunningProgram(program, arguments, in: folder).wait()
  }

  /// The program under test: it stands beside the test bundle.
  package static let facemarks: String = {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = buffer.withUnsafeMutableBytes { bytes in
      bytes.withMemoryRebound(to: CChar.self) { target in
        target.baseAddress.map { readlink("/proc/self/exe", $0, target.count) } ?? 0
      }
    }
    return PathText.split(PathText.text(buffer.prefix(max(count, 0)))).folder + "facemarks"
  }()

  /// Runs `facemarks`.
  package static func facemarks(_ arguments: [String], in folder: TemporaryFolder) throws -> ProgramRun {
    try run(facemarks, arguments, in: folder.path)
  }
}
