import FacemarksTraining
import Files
import Glibc

/// A series of runs on the command line: its folder, its progress on standard error, Ctrl-C.
struct SeriesSession {
  let series: RunSeries
  private let lock: FolderLock

  /// - Throws: `CommandFailure` when the folder cannot be made or another series is at work in it.
  init(folder: String, isQuiet: Bool) throws {
    let lock = try CommandFailure.wrap(.someFailed) {
      try Files.makeFolder(folder)
      return try FolderLock(folder)
    }
    guard let lock else {
      throw CommandFailure(.usage, "\(folder): another series is at work in this folder; choose another one")
    }
    self.lock = lock
    Interrupt.watch()
    series = RunSeries(
      folder: folder, report: { if !isQuiet { Self.show($0) } }, shouldStop: { Interrupt.isRequested })
  }

  /// Runs `body`; says how to go on when it was stopped, and ends the program then.
  /// - Throws: `CommandFailure`.
  func perform(_ body: (RunSeries) throws -> Bool) throws {
    let isFinished = try CommandFailure.wrap(.someFailed) {
      do {
        return try body(series)
      } catch let error as FileError where error.reason != .unwritable {
        throw CommandFailure(.inputUnreadable, "\(error)")
      } catch let error as DataError {
        throw CommandFailure(.inputUnreadable, "\(error)")
      }
    }
    extendLifetime(lock)
    guard !isFinished else { return }
    Console.write("stopped; the same command goes on\n", to: STDERR_FILENO)
    Interrupt.resume()
  }

  private static func show(_ event: RunSeries.Event) {
    switch event {
    case .started(let name, let weights, let multiplyAdds, let training, let validation):
      Console.write(
        "\(name): \(weights) weights, \(NumberText.text(Double(multiplyAdds) / 1e6, 1)) M multiply-adds, "
          + "\(NumberText.counted(training, "face")) to train, \(validation) to validate\n", to: STDERR_FILENO)
    case .training(_, .epoch(let row, let isBest)):
      Console.write(
        "  epoch \(row.epoch)  loss \(NumberText.text(row.loss, 5))  validation RMSE "
          + "\(NumberText.text(row.validationRMSE, 3)) px\(isBest ? " *" : "")  "
          + "\(NumberText.text(row.imagesPerSecond, 0)) images/s\n", to: STDERR_FILENO)
    case .training: break
    case .finished(let name, let result, let isNew):
      Console.write(
        "\(name): best epoch \(result.best.epoch), validation RMSE \(NumberText.text(result.best.validationRMSE, 3)) px"
          + (isNew ? "\n" : " (finished before)\n"), to: STDERR_FILENO)
    }
  }
}
