import FacemarksTraining
import Files
import Glibc

/// Shows the progress of a training run: a line that renews itself on a terminal, and a line per epoch.
struct TrainProgress {
  private let isQuiet: Bool
  private let isTerminal = isatty(STDERR_FILENO) == 1
  private let epochs: Int
  private var shown = ContinuousClock.now
  private var secondsLeft = 0.0

  init(_ trainer: Trainer, isQuiet: Bool) {
    self.isQuiet = isQuiet
    epochs = trainer.configuration.epochs
    guard !isQuiet else { return }
    let (network, split) = (trainer.network, trainer.split)
    let samples = trainer.dataset.samples
    let faces = samples.filter(\.isFace)
    let others =
      faces.count < samples.count
      ? "; \(NumberText.counted(split.training.count { !samples[$0].isFace }, "picture")) without a face" : ""
    Console.write(
      """
      \(trainer.configuration.architecture): \(network.weightCount) weights, \
      \(NumberText.text(Double(network.multiplyAdds) / 1e6, 1)) M multiply-adds
      \(trainer.dataset.path): \(NumberText.counted(faces.count, "face")), \(split.training.count { samples[$0].isFace }) to train, \
      \(split.validation.count) to validate\(others)

      """, to: STDERR_FILENO)
    let copies = split.copies(in: trainer.dataset)
    if copies > 0 {
      Console.write(
        "\(copies) of the faces to validate \(copies == 1 ? "is" : "are") also among those to train\n",
        to: STDERR_FILENO)
    }
  }

  mutating func show(_ event: Trainer.Event) {
    guard !isQuiet else { return }
    switch event {
    case .batch(let epoch, let done, let count, let loss, let speed, let left):
      secondsLeft = left
      guard isTerminal, shown.duration(to: .now) > .milliseconds(200) else { return }
      shown = .now
      Console.write(
        "\(Console.clearedLine)epoch \(epoch)/\(epochs)  \(100 * done / count) %  loss \(NumberText.text(loss, 5))  "
          + "\(NumberText.text(speed, 0)) images/s  \(NumberText.time(left)) left", to: STDERR_FILENO)
    case .epoch(let row, let isBest):
      Console.write(
        "\(isTerminal ? Console.clearedLine : "")epoch \(row.epoch)/\(epochs)  loss \(NumberText.text(row.loss, 5))  "
          + "validation RMSE \(NumberText.text(row.validationRMSE, 3)) px  NME \(NumberText.text(100 * row.validationNME, 2)) %\(isBest ? " *" : "")  "
          + "\(NumberText.text(row.imagesPerSecond, 0)) images/s  \(NumberText.time(secondsLeft)) left\n",
        to: STDERR_FILENO)
    }
  }

  func finish() {
    if !isQuiet, isTerminal { Console.write(Console.clearedLine, to: STDERR_FILENO) }
  }
}
