import Glibc

/// The times of a camera's frames: the driver's own stamps, which are free of the delays on the way to us, or the
/// system's clock where the driver gives none or they do not go forward.
package struct CameraClock {
  private var firstStamp: Double?
  private var firstSystem = 0.0
  private var last = -1.0

  package init() {}

  /// Seconds that always go forward.
  package static var now: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// The time of the next frame, which the driver has stamped with `stamp` seconds, from the first one on.
  package mutating func seconds(ofStamp stamp: Double, now: Double = CameraClock.now) -> Double {
    guard let firstStamp else {
      (firstStamp, firstSystem, last) = (stamp, now, 0)
      return 0
    }
    var seconds = stamp - firstStamp
    // The two clocks may count differently, but not seconds apart.
    let system = now - firstSystem
    if !(seconds > last) || (seconds - system).magnitude > 2 { seconds = system }
    last = max(seconds, last + 0.001)
    return last
  }
}
