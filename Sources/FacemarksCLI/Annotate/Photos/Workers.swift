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

/// A thread of its own.
struct Worker {
  private let thread: pthread_t

  /// Begins to run `body`; nil when the system has no more threads to give.
  init?(_ body: @escaping @Sendable () -> Void) {
    var thread = pthread_t()
    let kept = Unmanaged.passRetained(Body(run: body))
    let code = pthread_create(
      &thread, nil,
      { context in
        guard let context else { return nil }
        Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run()
        return nil
      }, kept.toOpaque())
    guard code == 0 else {
      kept.release()
      return nil
    }
    self.thread = thread
  }

  /// Waits until the body has returned; once.
  func join() { pthread_join(thread, nil) }

  private final class Body: Sendable {
    let run: @Sendable () -> Void
    init(run: @escaping @Sendable () -> Void) { self.run = run }
  }
}
