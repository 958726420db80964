import ArgumentParser
import Facemarks
import FacemarksLab
import FacemarksTraining
import Files
import Glibc

/// Measures the whole program on faces that are hard to see.
struct RobustnessCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "robustness",
    abstract: "Measure how well faces are found and read that are hard to see.",
    discussion: """
      Takes the validation faces of a data set: as they are, turned in the plane, smeared as by motion, dark, small, \
      with glasses or a beard drawn on them; then \
      those of some pose, age or race label of UTKFace, where the data tell. Prints for each the number of faces, the share that the whole \
      program finds, alone on a picture and \(RobustnessStudy.group) beside each other, the mean error of those found alone \
      in % of the distance of the eye centres and how many are over 10 %, and both figures for all faces with their boxes \
      given.
      """)

  @Argument(help: "A folder with labels.csv.", completion: .directory)
  var data: String

  @Option(help: "Take every n-th of the faces.")
  var step = 1

  @OptionGroup var detection: DetectionOptions

  func run() throws {
    let pipeline = try PipelineSource(detection).makePipeline()
    let study = try CommandFailure.wrap(.inputUnreadable) {
      RobustnessStudy(try LandmarkDataset.read(data, threads: 2), pipeline: pipeline)
    }
    line("faces", ["count", "found %", "in groups", "NME %", "over 10 %", "box: NME %", "over 10 %"])
    for condition in RobustnessStudy.conditions {
      let row = try study.measure(condition, step: step)
      guard row.faces > 0 else { continue }
      line(
        row.name,
        [
          "\(row.faces)", NumberText.text(100 * Double(row.found) / Double(row.faces), 1),
          NumberText.text(100 * Double(row.foundAmongOthers) / Double(row.faces), 1),
          NumberText.text(100 * row.program.nme, 2), NumberText.text(100 * row.program.failureRate, 1),
          NumberText.text(100 * row.boxGiven.nme, 2), NumberText.text(100 * row.boxGiven.failureRate, 1),
        ])
    }
  }

  private func line(_ name: String, _ cells: [String]) {
    Console.write(TextTable.line([name] + cells, columns: [-24, 12]) + "\n", to: STDOUT_FILENO)
  }
}
