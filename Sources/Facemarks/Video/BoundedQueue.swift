import Dispatch
import Synchronization

/// Hands things from one thread to another, in order, never more than `capacity` at a time.
package final class BoundedQueue<Element: Sendable>: Sendable {
  private struct State {
    var elements: [Element] = []
    var isClosed = false
  }

  private let state = Mutex(State())
  private let room = DispatchSemaphore(value: 0)
  private let filled = DispatchSemaphore(value: 0)

  package init(capacity: Int) {
    for _ in 0..<capacity { room.signal() }
  }

  /// Waits for room; false when the queue was closed, and the element is then not taken.
  package func push(_ element: Element) -> Bool {
    room.wait()
    guard append(element) else {
      room.signal()
      return false
    }
    filled.signal()
    return true
  }

  /// Never waits: where there is no room the oldest element makes it, and is given back.
  package func pushReplacingOldest(_ element: Element) -> Element? {
    if room.wait(timeout: .now()) == .success {
      if append(element) { filled.signal() }
      return nil
    }
    return state.withLock { state in
      guard !state.elements.isEmpty else { return element }
      let oldest = state.elements.removeFirst()
      state.elements.append(element)
      return oldest
    }
  }

  /// Waits for the next element; nil when the queue was closed and is empty.
  package func pop() -> Element? {
    filled.wait()
    let element = state.withLock { $0.elements.isEmpty ? nil : $0.elements.removeFirst() }
    if element == nil {
      filled.signal()  // Closed: whoever asks again must not wait either.
    } else {
      room.signal()
    }
    return element
  }

  /// No more elements: those in the queue can still be taken.
  package func close() {
    state.withLock { $0.isClosed = true }
    filled.signal()
    room.signal()
  }

  private func append(_ element: Element) -> Bool {
    state.withLock { state in
      guard !state.isClosed else { return false }
      state.elements.append(element)
      return true
    }
  }
}
