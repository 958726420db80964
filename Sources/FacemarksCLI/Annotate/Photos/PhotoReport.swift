import Facemarks
import Files
import Glibc
import Synchronization

/// Collects the outcomes of the workers and prints them in the order of the inputs.
final class PhotoReport: Sendable {
  /// The outcome of one item of the input list.
  enum Outcome: Sendable {
    /// - Parameter marked: the marked photo's path, where there is one.
    /// - Parameter note: a remark about the file although it could be read.
    case done(PhotoResult, marked: String?, note: String?)
    case failed(CommandFailure)
  }

  private struct State {
    var outcomes: [Outcome?]
    /// The first item not yet printed.
    var next = 0
    var finished = 0
    var progress: ProgressBar?
    var streamError: Int32 = 0
  }

  private let state: Mutex<State>
  private let quiet: Bool
  private let stream: Int32

  /// - Parameter stream: where report lines go; failures go to standard error.
  init(items: Int, quiet: Bool, stream: Int32, progress: ProgressBar?) {
    state = Mutex(State(outcomes: Array(repeating: nil, count: items), progress: progress))
    self.quiet = quiet
    self.stream = stream
  }

  func finish(_ index: Int, _ outcome: Outcome) {
    state.withLock { state in
      state.outcomes[index] = outcome
      state.finished += 1
      while state.next < state.outcomes.count, let outcome = state.outcomes[state.next] {
        tell(outcome, &state)
        state.next += 1
      }
      state.progress?.show(state.finished)
    }
  }

  /// Prints the rest after an interruption, and removes the progress bar.
  func close() {
    state.withLock { state in
      for outcome in state.outcomes[state.next...] { if let outcome { tell(outcome, &state) } }
      state.next = state.outcomes.count
      state.progress?.clear()
    }
  }

  var results: [PhotoResult] {
    outcomes.compactMap { if case .done(let result, _, _) = $0 { result } else { nil } }
  }

  var failures: [ExitStatus] {
    outcomes.compactMap { if case .failed(let failure) = $0 { failure.status } else { nil } }
  }

  var count: Int { outcomes.count }

  /// The system's error number when report lines could not be written, else 0.
  var streamError: Int32 { state.withLock { $0.streamError } }

  private var outcomes: [Outcome?] { state.withLock { $0.outcomes } }

  private func tell(_ outcome: Outcome, _ state: inout State) {
    switch outcome {
    case .failed(let failure):
      state.progress?.clear()
      failure.report()
    case .done(let result, let marked, let note):
      if let note {
        state.progress?.clear()
        Console.write("\(PathText.printable(result.file)): \(note)\n", to: STDERR_FILENO)
      }
      guard !quiet else { return }
      state.progress?.clear()
      let faces =
        if let hiding = result.hiding {
          HidingCount(hiding).words(noFace: "no face")
        } else {
          result.faces.isEmpty ? "no face" : NumberText.counted(result.faces.count, "face")
        }
      let arrow = marked.map { " -> " + PathText.printable($0) } ?? ""
      let code = Console.write("\(PathText.printable(result.file)): \(faces)\(arrow)\n", to: stream)
      if code != 0 { state.streamError = code }
    }
  }
}
