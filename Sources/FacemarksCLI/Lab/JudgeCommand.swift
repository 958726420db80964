import ArgumentParser
import Facemarks
import FacemarksLab
import FacemarksTraining
import Files
import Glibc

/// Measures the confidences that a landmark network gives to boxes with and without a face.
struct JudgeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "judge",
    abstract: "Measure what a landmark network takes for a face, the boxes given.",
    discussion: """
      On the validation side of a data set: for each set and pose the number of faces, and the share of them of which the network \
      is as sure as each of the confidences, looking as often as the program does. With --nonfaces also how many of the boxes laid \
      all over pictures without a face it takes for one.
      """)

  @Argument(help: "A folder of labelled crops (labels.csv).", completion: .directory)
  var data: String

  @Option(help: "\(ModelName.words)", completion: .model)
  var model: String?

  @Option(help: "A tar archive of pictures without a face.", completion: .tarFile)
  var nonfaces: String?

  @Option(help: "The confidences to compare with.")
  var confidences: [Double] = [0.1, 0.3, 0.5, 0.7, 0.8, FacePipeline.standardConfidence, 0.95]

  func run() throws {
    let network = try PipelineSource.model(at: model)
    let study = try CommandFailure.wrap(.inputUnreadable) {
      let faces = try LandmarkDataset.read(data, threads: 2)
      return try BoxConfidenceStudy(nonfaces.map(faces.adding(nonfaces:)) ?? faces, model: network)
    }
    line("set or pose", ["count"] + confidences.map { "from \($0)" })
    for row in study.faces {
      let shares = confidences.map { 100 * Double(row.count(from: $0)) / Double(max(row.confidences.count, 1)) }
      line(row.name, ["\(row.confidences.count)"] + shares.map { NumberText.text($0, 1) + " %" })
    }
    guard !study.others.confidences.isEmpty else { return }
    let others = study.others
    line(others.name, ["\(others.confidences.count)"] + confidences.map { "\(others.count(from: $0))" })
  }

  private func line(_ name: String, _ cells: [String]) {
    Console.write(TextTable.line([name] + cells, columns: [-22, 11]) + "\n", to: STDOUT_FILENO)
  }
}
