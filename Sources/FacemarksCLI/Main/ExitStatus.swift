import Glibc

/// The exit statuses of the program.
enum ExitStatus: Int32, CaseIterable {
  case done = 0
  case someFailed = 1
  case usage = 2
  case inputUnreadable = 3
  case setupUnusable = 4
  case outOfMemory = 5

  var meaning: String {
    switch self {
    case .done: "all done, also when no face was found"
    case .someFailed:
      "some files failed or broke off, or no face has a number asked for (standard error tells), the rest is done"
    case .usage: "the command line is wrong; nothing was done"
    case .inputUnreadable: "the only input, stream or camera is missing or cannot be read"
    case .setupUnusable: "the model, the cascade or a filter is unusable"
    case .outOfMemory: "a memory limit (ulimit -v) leaves too little to begin"
    }
  }
}

/// The failure of a command or of one of its inputs: the exit status, and a line for standard error where there is more to say.
struct CommandFailure: Error {
  var status: ExitStatus
  var message: String?

  init(_ status: ExitStatus, _ message: String? = nil) {
    self.status = status
    self.message = message
  }

  /// Writes the line on standard error.
  func report() { Console.write(message.map { $0 + "\n" } ?? "", to: STDERR_FILENO) }

  /// Runs `work`; an error of the library becomes a failure with `status` and the error's words.
  static func wrap<Result>(_ status: ExitStatus, _ work: () throws -> Result) throws -> Result {
    do {
      return try work()
    } catch let failure as CommandFailure {
      throw failure
    } catch {
      throw CommandFailure(status, "\(error)")
    }
  }
}
