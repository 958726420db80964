import Synchronization

/// How often each address may ask: a bucket of tokens each (Turner, 1986), which is filled at the rate and holds a second's.
final class RateLimiter: Sendable {
  private struct Bucket {
    var tokens: Double
    var filled: ContinuousClock.Instant
  }

  private let rate: Double
  private let buckets = Mutex<[String: Bucket]>([:])

  /// With more addresses than this those with full buckets are forgotten.
  private static let most = 4096

  /// - Parameter rate: requests in a second.
  init(rate: Int) { self.rate = Double(rate) }

  /// Takes a token; false where there is none.
  func admits(_ address: String, at now: ContinuousClock.Instant = .now) -> Bool {
    buckets.withLock { buckets in
      if buckets.count >= Self.most, buckets[address] == nil {
        buckets = buckets.filter { $0.value.filled.duration(to: now) < .seconds(1) }
        guard buckets.count < Self.most else { return false }
      }
      var bucket = buckets[address] ?? Bucket(tokens: rate, filled: now)
      bucket.tokens = min(rate, bucket.tokens + rate * (bucket.filled.duration(to: now) / .seconds(1)))
      bucket.filled = now
      let isAdmitted = bucket.tokens >= 1
      if isAdmitted { bucket.tokens -= 1 }
      buckets[address] = bucket
      return isAdmitted
    }
  }
}
