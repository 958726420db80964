import Files

/// The outcomes of the inputs of a run.
struct RunTally {
  private var inputs = 0
  private var failures: [ExitStatus] = []
  private var withoutFace = 0
  /// The numbers of the faces and doubtful places that could be hidden.
  private var numbers: Set<Int> = []
  /// Whether all result files were written and all faces that were chosen were there.
  var isComplete = true

  /// - Throws: `CommandFailure` when the report could not be written.
  mutating func add(_ report: PhotoReport) throws {
    inputs += report.count
    failures += report.failures
    withoutFace += report.results.count { $0.faces.isEmpty }
    for result in report.results { numbers.formUnion(HidingCount(result.hiding ?? []).numbers) }
    if report.streamError != 0 {
      throw CommandFailure(
        .someFailed, "\(FileError(path: "standard output", reason: .unwritable, code: report.streamError))")
    }
  }

  mutating func add(_ video: VideoRun.Outcome) {
    inputs += 1
    if let failure = video.failure { failures.append(failure) } else if video.framesWithFace == 0 { withoutFace += 1 }
    numbers.formUnion(video.hiding.numbers)
  }

  /// The wanted numbers that no face and no doubtful place had; empty where all inputs failed.
  func missing(among wanted: Set<Int>) -> [Int] {
    failures.count < inputs ? wanted.subtracting(numbers).sorted() : []
  }

  /// - Throws: `CommandFailure` unless all went well.
  func conclude(failOnNoFace: Bool) throws {
    if failures.isEmpty {
      if failOnNoFace && withoutFace > 0 || !isComplete { throw CommandFailure(.someFailed) }
      return
    }
    if inputs == 1 { throw CommandFailure(failures[0]) }
    throw CommandFailure(.someFailed, "\(failures.count) of \(inputs) inputs failed")
  }
}
