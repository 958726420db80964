import Facemarks
import Imaging
import Synchronization

/// The networks of one worker's thread.
final class WorkerTools {
  private var pipelines: [FaceLandmarker.Model: FacePipeline] = [:]

  /// The pipeline for photos with a network; the first call loads it.
  /// - Throws: as `FaceLandmarker.Options.makePipeline`.
  func pipeline(_ model: FaceLandmarker.Model) throws -> FacePipeline {
    if let known = pipelines[model] { return known }
    let made = try FaceLandmarker.Options(model: model).makePipeline()
    pipelines[model] = made
    return made
  }
}

/// Threads that work on photos, frames and parts of clips, in the order in which they come. Networks belong to one thread at a time,
/// so each has its own. Whoever gives work was let in by `Admissions` before, which bounds what waits here.
final class WorkerPool: Sendable {
  private typealias Job = @Sendable (WorkerTools) -> Void

  private let jobs: BoundedQueue<Job>
  private let threads: Mutex<[Worker]>

  /// - Parameter capacity: the most jobs that wait at a time; whoever gives one more waits with its thread.
  /// - Throws: `ThreadError`; what loading the built-in networks throws.
  init(workers: Int, capacity: Int) throws {
    let jobs = BoundedQueue<Job>(capacity: capacity)
    self.jobs = jobs
    // Each thread has its networks before the first request.
    let ready = BoundedQueue<(any Error)?>(capacity: workers)
    let made = (0..<workers).compactMap { _ in Worker { Self.work(jobs, ready) } }
    threads = Mutex(made)
    let failures = made.map { _ in ready.pop() ?? nil }
    guard !made.isEmpty else { throw ThreadError() }
    if let failure = failures.compactMap({ $0 }).first {
      close()
      throw failure
    }
  }

  private static func work(_ jobs: BoundedQueue<Job>, _ ready: BoundedQueue<(any Error)?>) {
    let tools = WorkerTools()
    do {
      _ = try tools.pipeline(.compact)
      _ = ready.push(nil)
    } catch {
      _ = ready.push(error)
    }
    while let job = jobs.pop() { job(tools) }
  }

  /// Runs `body` on the next thread that is free.
  /// - Parameter isWanted: asked when its turn has come.
  /// - Throws: `RequestFailure` where it was not wanted any more or the service ends; what `body` throws.
  func run<Result: Sendable>(
    while isWanted: @escaping @Sendable () -> Bool, _ body: @escaping @Sendable (WorkerTools) throws -> Result
  ) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
      let isTaken = jobs.push { tools in
        guard isWanted() else { return continuation.resume(throwing: RequestFailure.tooLate) }
        continuation.resume(with: Swift.Result { try body(tools) })
      }
      if !isTaken { continuation.resume(throwing: RequestFailure.ending) }
    }
  }

  /// Ends the threads when all work that was given is done, and waits for them.
  func close() {
    jobs.close()
    for thread in threads.withLock({ $0.splice() }) { thread.join() }
  }
}

extension Array {
  /// All elements, which are then no longer in it.
  fileprivate mutating func splice() -> [Element] {
    defer { removeAll() }
    return self
  }
}
