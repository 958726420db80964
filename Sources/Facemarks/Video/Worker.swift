import Glibc

/// A thread of its own.
package struct Worker {
  private let thread: pthread_t

  /// Begins to run `body`; nil when the system has no more threads to give.
  package init?(_ body: @escaping @Sendable () -> Void) {
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
  package func join() { pthread_join(thread, nil) }

  private final class Body: Sendable {
    let run: @Sendable () -> Void
    init(run: @escaping @Sendable () -> Void) { self.run = run }
  }
}

/// A thread could not be made.
package struct ThreadError: Error, CustomStringConvertible {
  package init() {}

  package var description: String { "the system has no more threads to give" }
}
