import Synchronization

/// Lets in a number of users at a time, of the workers or of sessions.
final class Admissions: Sendable {
  private let limit: Int
  private let inside = Atomic<Int>(0)

  init(limit: Int) { self.limit = limit }

  /// The place of one user, until it is let go.
  final class Place: Sendable {
    private let admissions: Admissions
    fileprivate init(_ admissions: Admissions) { self.admissions = admissions }
    deinit { admissions.inside.subtract(1, ordering: .relaxed) }
  }

  /// How many are inside.
  var count: Int { inside.load(ordering: .relaxed) }

  var isFull: Bool { count >= limit }

  /// Nil where it is full.
  func enter() -> Place? {
    guard inside.wrappingAdd(1, ordering: .relaxed).oldValue < limit else {
      inside.subtract(1, ordering: .relaxed)
      return nil
    }
    return Place(self)
  }
}
