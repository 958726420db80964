import Files
import Glibc

/// The machine, for reports of measurements.
enum Machine {
  /// The processor's name and the number of cores.
  static var processor: String {
    let text = (try? Files.read("/proc/cpuinfo")).map { String(decoding: $0, as: UTF8.self) } ?? ""
    let name =
      text.split(separator: "\n").first { $0.hasPrefix("model name") }?
      .split(separator: ":").last.map { $0.drop { $0 == " " } } ?? "unknown"
    return "\(name), \(sysconf(Int32(_SC_NPROCESSORS_ONLN))) cores"
  }

  /// Runs this program to its end and discards its output.
  /// - Throws: `CommandFailure` when it fails.
  static func runItself(_ arguments: [String]) throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for stream in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] {
      posix_spawn_file_actions_addopen(&actions, stream, "/dev/null", O_RDWR, 0)
    }
    var words = (["facemarks"] + arguments).map { word in PathText.withSystemPath(word) { strdup($0) } }
    words.append(nil)
    defer { for word in words { free(word) } }
    var (process, status): (pid_t, Int32) = (0, 0)
    guard posix_spawn(&process, "/proc/self/exe", &actions, nil, words, environ) == 0,
      waitpid(process, &status, 0) == process, status == 0
    else { throw CommandFailure(.someFailed, "facemarks \(arguments.joined(separator: " ")): failed") }
  }

  /// Calls `work` with the path of a new folder, which must be empty again at the end.
  static func withTemporaryFolder<Result>(_ work: (String) throws -> Result) throws -> Result {
    var template = Array("/tmp/facemarks-XXXXXX".utf8CString)
    guard let made = template.withUnsafeMutableBufferPointer({ $0.baseAddress.flatMap { mkdtemp($0) } }) else {
      throw CommandFailure(.someFailed, "/tmp: cannot make a folder there")
    }
    let folder = String(cString: made)
    defer { rmdir(folder) }
    return try work(folder)
  }
}
