import Facemarks
import Glibc

/// Threads for work that blocks.
enum Workers {
  /// One per processor.
  static var processors: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

  /// Calls `first` on this thread and `others` on `count - 1` new ones, and returns when all have returned. Where the
  /// system has no more threads to give, fewer do the same work.
  static func run(_ count: Int, first: () -> Void, others: @escaping @Sendable () -> Void) {
    let threads = (1..<max(count, 1)).compactMap { _ in Worker(others) }
    first()
    for thread in threads { thread.join() }
  }
}
