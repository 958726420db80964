import Files
import Glibc
import Logging

/// Log lines on standard error: `debug: text`.
struct LogOutput: LogHandler {
  var logLevel: Logger.Level
  var metadata: Logger.Metadata = [:]

  init(level: Logger.Level) { logLevel = level }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    Console.write("\(event.level): \(event.message)\n", to: STDERR_FILENO)
  }

  /// Sends every logger's lines to standard error: from `debug` with `-v`, else from `warning`.
  static func start(verbose: Bool) {
    LoggingSystem.bootstrap { _ in LogOutput(level: verbose ? .debug : .warning) }
  }
}
