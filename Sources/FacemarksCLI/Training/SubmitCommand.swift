import ArgumentParser
import Facemarks
import FacemarksTraining
import Files
import Glibc
import NeuralNetwork

/// Answers Kaggle's lookup table.
struct SubmitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "submit",
    abstract: "Write a submission for Kaggle's Facial Keypoints Detection.",
    discussion: """
      Writes RowId,Location for every row of the lookup table, in its order, clipped to 0...96. With --partial, a model \
      that knows some landmarks only, images of which no others are asked go to that model; of other images it does \
      what --model does not know.
      """)

  @Option(help: "\(ModelName.words)", completion: .model)
  var model: String?

  @Option(help: "A second weight file, trained on some of the landmarks.", completion: .weightFile)
  var partial: String?

  @Option(
    help: "The test pictures: a csv file with the columns ImageId and Image.", completion: .file(extensions: ["csv"]))
  var data: String

  @Option(
    help: "What is asked for: IdLookupTable.csv, with the columns RowId, ImageId and FeatureName.",
    completion: .file(extensions: ["csv"]))
  var lookup: String

  @Option(name: [.short, .long], help: "The submission to write.", completion: .file(extensions: ["csv"]))
  var output: String

  @Flag(help: "Replace files that exist.")
  var force = false

  @OptionGroup var options: PredictorOptions

  @Option(help: "Processor cores to use.")
  var threads = 2

  func run() throws {
    try OutputRegistry(inputs: ModelName.inputs(model) + [partial, data, lookup].compactMap { $0 })
      .check(output, for: "--output", force: force)
    let cropping = try options.makeCropping()
    let main = try options.predictor(at: model, cropping: cropping)
    let second = try partial.map { try options.predictor(at: $0, cropping: cropping) }
    if let second {
      guard second.scheme == main.scheme else {
        throw CommandFailure(.setupUnusable, "\(second.file): has other landmarks than \(main.file)")
      }
      guard second.landmarks.count < second.scheme.count else {
        throw CommandFailure(
          .setupUnusable,
          "\(second.file): knows all landmarks, so nothing would be left for \(main.file): give it as --model")
      }
    }
    let submission = try predict(main, second)
    try CommandFailure.wrap(.someFailed) { try Files.write(submission.text, to: output) }
    PredictorOptions.report(cropping)
    let split = second.map { ", \(submission.partialImageCount) of them by \($0.file)" } ?? ""
    Console.write(
      "\(NumberText.counted(submission.rows.count, "row")) for \(NumberText.counted(submission.imageCount, "image"))\(split) "
        + "-> \(output)\n", to: STDOUT_FILENO)
  }

  private func predict(
    _ main: any LandmarkPredictor, _ second: (any LandmarkPredictor)?
  ) throws -> Submission {
    let (table, test) = try CommandFailure.wrap(.inputUnreadable) {
      (
        try LookupTable(contentsOf: lookup, scheme: main.scheme),
        try LandmarkDataset.read(data, threads: max(1, threads))
      )
    }
    return try CommandFailure.wrap(.setupUnusable) {
      do {
        return try Submission.predict(table, of: test, model: main, partial: second, threads: max(1, threads))
      } catch let error as DataError {
        throw CommandFailure(.inputUnreadable, "\(error)")
      }
    }
  }
}
