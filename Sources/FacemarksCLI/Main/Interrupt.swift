import Glibc
import Synchronization

/// Signals that end the program, such as Ctrl-C. The first asks the program to stop between two photos, the second kills it.
enum Interrupt {
  private static let received = Atomic<Int32>(0)

  static var isRequested: Bool { received.load(ordering: .relaxed) != 0 }

  /// Catches the signals that end a program, unless the caller chose to have them ignored (`nohup`).
  static func watch() {
    received.store(0, ordering: .relaxed)
    for number in [SIGINT, SIGTERM, SIGHUP] {
      var action = sigaction()
      sigaction(number, nil, &action)
      guard action.__sigaction_handler.sa_handler == nil else { continue }
      action.__sigaction_handler.sa_handler = { Interrupt.received.store($0, ordering: .relaxed) }
      // Without SA_RESTART, so that waiting for a pipe ends too.
      action.sa_flags = Int32(bitPattern: UInt32(SA_RESETHAND))
      sigaction(number, &action, nil)
    }
  }

  /// Ends the program by the signal that came, so that the caller sees it.
  static func resume() -> Never {
    let number = received.load(ordering: .relaxed)
    signal(number, SIG_DFL)
    raise(number)
    exit(128 + number)
  }
}
