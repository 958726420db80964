import Synchronization

/// The photos still to be worked on, shared by the workers.
final class PhotoQueue: Sendable {
  private let jobs: [PhotoJob]
  private let taken = Atomic<Int>(0)

  init(_ jobs: [PhotoJob]) { self.jobs = jobs }

  func next() -> PhotoJob? {
    let index = taken.wrappingAdd(1, ordering: .relaxed).oldValue
    return index < jobs.count ? jobs[index] : nil
  }
}
