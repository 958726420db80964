import ArgumentParser

/// The commands that measure the figures of `docs/benchmarks`.
struct LabCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lab",
    abstract: "Measure speed, what is found, and how steadily.",
    subcommands: [
      BenchmarkCommand.self, RecallCommand.self, RobustnessCommand.self, TrackingCommand.self, JudgeCommand.self,
      CalibrationCommand.self, PoseCommand.self,
    ]
  )
}
