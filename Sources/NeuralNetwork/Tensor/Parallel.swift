import CKernels
import Dispatch

/// Runs `body` on `threads` threads at once, each with its number and its contiguous share of `0..<count`; returns when
/// all are done. Which share a thread gets depends on the two counts alone, so results are reproducible. All use the vector level
/// of the caller.
func parallel(_ count: Int, threads: Int, _ body: (_ thread: Int, _ share: Range<Int>) -> Void) {
  let threads = min(threads, count)
  guard threads > 1 else {
    if count > 0 { body(0, 0..<count) }
    return
  }
  withoutActuallyEscaping(body) { body in
    nonisolated(unsafe) let body = body
    let limit = vector_limit()
    DispatchQueue.concurrentPerform(iterations: threads) { thread in
      let own = vector_limit()
      limit_vector_level(limit)
      body(thread, count * thread / threads..<count * (thread + 1) / threads)
      limit_vector_level(own)
    }
  }
}
