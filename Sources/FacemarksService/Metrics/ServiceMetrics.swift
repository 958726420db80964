import Files
import Synchronization

/// What the service counts, as Prometheus reads it (text format 0.0.4).
final class ServiceMetrics: Sendable {
  /// The request of one path and status.
  private struct Answer: Hashable {
    var path: String
    var status: Int
  }

  /// How long requests took: how many at most so many seconds, their number and sum.
  private struct Durations {
    var counts = Array(repeating: 0, count: ServiceMetrics.bounds.count)
    var count = 0
    var sum = 0.0
  }

  private struct State {
    var requests: [Answer: Int] = [:]
    var durations: [String: Durations] = [:]
    var rejected: [RequestFailure.Rejection: Int] = [:]
    var faces = 0
    var frames = 0
  }

  private let state = Mutex(State())

  private static let bounds = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]

  /// - Parameter path: one of the service's own, so that there are few.
  func answered(_ path: String, status: Int, seconds: Double) {
    state.withLock { state in
      state.requests[Answer(path: path, status: status), default: 0] += 1
      var durations = state.durations[path] ?? Durations()
      for (index, bound) in Self.bounds.enumerated() where seconds <= bound { durations.counts[index] += 1 }
      durations.count += 1
      durations.sum += seconds
      state.durations[path] = durations
    }
  }

  func rejected(_ reason: RequestFailure.Rejection) { state.withLock { $0.rejected[reason, default: 0] += 1 } }

  /// - Parameter frames: of clips and live sessions.
  func found(faces: Int, frames: Int = 0) {
    state.withLock { state in
      state.faces += faces
      state.frames += frames
    }
  }

  /// - Parameters:
  ///   - queue: the photos and clips that wait or are worked on.
  ///   - sessions: live sessions that are open.
  func text(queue: Int, sessions: Int) -> String {
    let state = state.withLock { $0 }
    var text = ""
    func metric(_ name: String, _ type: String, _ help: String, _ samples: [(labels: String, value: String)]) {
      text += "# HELP facemarks_\(name) \(help)\n# TYPE facemarks_\(name) \(type)\n"
      for sample in samples { text += "facemarks_\(name)\(sample.labels) \(sample.value)\n" }
    }
    let requests = state.requests.sorted { ($0.key.path, $0.key.status) < ($1.key.path, $1.key.status) }
    metric(
      "requests_total", "counter", "Requests that were answered.",
      requests.map { ("{path=\"\($0.key.path)\",status=\"\($0.key.status)\"}", "\($0.value)") })
    text +=
      "# HELP facemarks_request_seconds Time until the answer began.\n# TYPE facemarks_request_seconds histogram\n"
    for (path, durations) in state.durations.sorted(by: { $0.key < $1.key }) {
      for (bound, count) in zip(Self.bounds, durations.counts) {
        text +=
          "facemarks_request_seconds_bucket{path=\"\(path)\",le=\"\(NumberText.short(bound, 3) ?? "")\"} \(count)\n"
      }
      text += "facemarks_request_seconds_bucket{path=\"\(path)\",le=\"+Inf\"} \(durations.count)\n"
      text += "facemarks_request_seconds_sum{path=\"\(path)\"} \(NumberText.short(durations.sum, 6) ?? "0")\n"
      text += "facemarks_request_seconds_count{path=\"\(path)\"} \(durations.count)\n"
    }
    metric(
      "rejected_total", "counter", "Requests that were refused, and the limit that refused them.",
      RequestFailure.Rejection.allCases.map { ("{limit=\"\($0.rawValue)\"}", "\(state.rejected[$0] ?? 0)") })
    metric("faces_total", "counter", "Faces that were found.", [("", "\(state.faces)")])
    metric("frames_total", "counter", "Frames of clips and live sessions.", [("", "\(state.frames)")])
    metric("queue", "gauge", "Photos and clips that wait or are worked on.", [("", "\(queue)")])
    metric("live_sessions", "gauge", "Live sessions that are open.", [("", "\(sessions)")])
    return text
  }
}
