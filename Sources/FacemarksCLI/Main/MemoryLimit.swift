import Files
import Glibc

/// A limit on the program's memory (`ulimit -v`). With too little OpenBLAS would wait for its buffers for ever.
enum MemoryLimit {
  /// The bytes that a run needs beyond those used at its start: OpenBLAS's buffers of 128 MB for each of two threads, and a small
  /// photo's work. A photo of 512x512 pixels is done from `ulimit -v` 750000 on, of which 267 MB are libraries.
  static let least = 464 << 20
  /// The bytes that each further thread needs.
  static let perThread = 256 << 20

  /// The bytes that may still be allocated; nil without a limit.
  static var rest: Int? {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0, limit.rlim_cur != rlim_t.max,
      let status = try? Files.read("/proc/self/statm"),
      // The first number counts all pages.
      let pages = Int(String(decoding: status.prefix { $0 > 32 }, as: UTF8.self))
    else { return nil }
    return max(0, Int(clamping: limit.rlim_cur) - pages * sysconf(Int32(_SC_PAGESIZE)))
  }

  /// - Throws: `CommandFailure` when too little is left to begin.
  static func check() throws {
    guard let rest, rest < least else { return }
    throw CommandFailure(
      .outOfMemory,
      "the memory limit (ulimit -v) leaves \(rest >> 20) MB; \(least >> 20) MB are needed, and more for large pictures")
  }

  /// Ends the program; with too little memory, without the libraries' exit handlers, in which OpenBLAS would wait, too.
  static func end(_ status: Int32) -> Never {
    if let rest, rest < least { _exit(status) }
    exit(status)
  }

  /// The number of threads, at most `wanted`, that the limit has room for.
  static func threads(_ wanted: Int) -> Int {
    guard let rest else { return wanted }
    return min(wanted, 1 + max(0, rest - least) / perThread)
  }
}
