import Glibc

/// Threads for work that blocks.
enum Workers {
  /// One per processor.
  static var processors: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

  /// Calls `first` on this thread and `others` on `count - 1` new ones, and returns when all have returned.
  static func run(_ count: Int, first: () -> Void, others: @escaping @Sendable () -> Void) {
    var threads: [pthread_t] = []
    for _ in 1..<max(count, 1) {
      var thread = pthread_t()
      let body = Unmanaged.passRetained(Body(run: others))
      let code = pthread_create(
        &thread, nil,
        { context in
          guard let context else { return nil }
          Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run()
          return nil
        }, body.toOpaque())
      if code == 0 {
        threads.append(thread)
      } else {
        // Fewer threads do the same work.
        body.release()
      }
    }
    first()
    for thread in threads { pthread_join(thread, nil) }
  }

  private final class Body: Sendable {
    let run: @Sendable () -> Void
    init(run: @escaping @Sendable () -> Void) { self.run = run }
  }
}
