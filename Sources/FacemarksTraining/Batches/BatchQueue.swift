import Dispatch
import Synchronization

/// Batches made ahead by threads of their own while a network trains: epoch after epoch without end, in order, never more
/// than `length` in advance.
///
/// One thread takes batches with `next`. `stop`, or dropping the queue, ends the threads.
package final class BatchQueue: Sendable {
  private let producer: Producer
  private let taken = Mutex(0)

  /// - Parameters:
  ///   - epoch: the epoch to begin with, counted from 0.
  ///   - batch: the batch of that epoch to begin with.
  ///   - length: how many batches may be ready or in the making.
  ///   - threads: how many threads make batches. The batches do not depend on it.
  package init(_ source: BatchSource, epoch: Int = 0, batch: Int = 0, length: Int = 4, threads: Int = 1) {
    precondition(source.batchesPerEpoch > 0, "no batches to make")
    precondition(length > 0 && threads > 0, "a queue needs room and a thread")
    producer = Producer(source, first: epoch * source.batchesPerEpoch + batch, length: length)
    producer.start(threads: threads)
  }

  deinit { producer.stop() }

  /// The next batch; waits until it is made. Nil after `stop`.
  package func next() -> Batch? {
    taken.withLock { number in
      let batch = producer.take(number)
      number += 1
      return batch
    }
  }

  /// Ends the threads and waits until they have ended. Batches not yet taken are lost.
  package func stop() { producer.stop() }
}

/// The state that the threads share. Batch n of the queue is kept in slot n % length; as batches are taken in order and no more
/// than `length` are on their way, the slot is free when its turn comes.
private final class Producer: Sendable {
  private struct State {
    /// The number of batches that a thread has begun.
    var begun = 0
    var isStopped = false
    var slots: [Batch?]
    var order: (epoch: Int, samples: [Int])?
  }

  private let source: BatchSource
  private let first: Int
  private let state: Mutex<State>
  private let free = DispatchSemaphore(value: 0)
  private let filled: [DispatchSemaphore]
  private let threads = DispatchGroup()

  init(_ source: BatchSource, first: Int, length: Int) {
    self.source = source
    self.first = first
    state = Mutex(State(slots: [Batch?](repeating: nil, count: length)))
    filled = (0..<length).map { _ in DispatchSemaphore(value: 0) }
    for _ in 0..<length { free.signal() }
  }

  func start(threads count: Int) {
    for number in 0..<count {
      DispatchQueue(label: "facemarks.batches.\(number)").async(group: threads) { self.run() }
    }
  }

  private func run() {
    while true {
      free.wait()
      guard let number = begin() else {
        free.signal()  // for the next thread
        return
      }
      let position = first + number
      let epoch = position / source.batchesPerEpoch
      let batch = source.batch(epoch: epoch, index: position % source.batchesPerEpoch, order: order(of: epoch))
      state.withLock { $0.slots[number % filled.count] = batch }
      filled[number % filled.count].signal()
    }
  }

  /// The number of the batch to make; nil after the stop.
  private func begin() -> Int? {
    state.withLock { state in
      guard !state.isStopped else { return nil }
      defer { state.begun += 1 }
      return state.begun
    }
  }

  /// The order of the epoch, shuffled once for all its batches.
  private func order(of epoch: Int) -> [Int] {
    if let order = state.withLock({ $0.order }), order.epoch == epoch { return order.samples }
    let samples = source.order(epoch: epoch)
    state.withLock { $0.order = (epoch, samples) }
    return samples
  }

  func take(_ number: Int) -> Batch? {
    let slot = number % filled.count
    filled[slot].wait()
    let batch = state.withLock { state -> Batch? in
      defer { state.slots[slot] = nil }
      return state.isStopped ? nil : state.slots[slot]
    }
    if batch == nil { filled[slot].signal() }  // stopped: whoever asks again must not wait either
    free.signal()
    return batch
  }

  func stop() {
    state.withLock { $0.isStopped = true }
    free.signal()
    threads.wait()
    for semaphore in filled { semaphore.signal() }
  }
}
