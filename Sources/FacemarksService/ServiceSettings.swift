/// How the service runs. What is counted in whole numbers is at least 1.
package struct ServiceSettings: Sendable {
  /// A name or an address of this machine.
  package var host = "127.0.0.1"
  /// 0 takes one that is free.
  package var port = 8080
  /// The threads that work on pictures, each with networks of its own.
  package var workers = 1
  /// What every request for faces must name; nil lets all in.
  package var token: String?
  /// The photos and clips that may wait for a worker; more are refused.
  package var queue = 16
  /// The requests that one address may make in a second, with as many saved up; nil for any number.
  package var rate: Int? = 100
  /// The largest photo, in bytes of its file.
  package var photoBytes = 32 << 20
  /// The largest clip, in bytes of its file.
  package var clipBytes = 512 << 20
  /// The largest photo, in pixels.
  package var pixelLimit = 100_000_000

  package init() {}

  /// Whether only this machine can reach it.
  package var isLoopback: Bool { HostName.isLoopback(host) }
}

/// Limits that nobody needs to choose.
enum ServiceLimits {
  /// Open connections; more wait until one is closed.
  static let connections = 1024
  /// Seconds until a client has sent its first request, and its next one.
  static let idleSeconds = 30
  /// Seconds in which a photo must have come.
  static let photoSeconds = 30
  /// Seconds in which a clip must have come.
  static let clipUploadSeconds = 300
  /// Seconds that the work on a clip may take.
  static let clipSeconds = 600
  /// Seconds that a photo waits for a worker before it is given up.
  static let waitingSeconds = 20
  /// Seconds for which a client may read nothing of an answer.
  static let stalledSeconds = 30
  /// Seconds that unfinished work has when the service is to end.
  static let endingSeconds = 60
  /// The largest frame of a live session, in bytes of its JPEG and in pixels.
  static let frameBytes = 4 << 20
  static let framePixels = 9_000_000
  /// The largest frame of a clip, in pixels.
  static let clipPixels = 36_000_000
  /// Live sessions for each worker.
  static let sessionsPerWorker = 4
  /// Seconds after which a live session without a frame is closed.
  static let silentSeconds = 60
}
