import ArgumentParser
import Facemarks
import FacemarksLab
import Files
import Glibc
import Imaging

/// Measures head pose, lids and mouths on synthetic heads.
struct PoseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pose",
    abstract: "Measure the errors of head pose, eyes and mouth on synthetic heads.",
    discussion: """
      Mean absolute errors in degrees, by how far the head is turned, of the whole program with the camera known, and of the same       computation from the true points; then lids and mouths of heads turned by less than 45 degrees.
      """)

  @Argument(help: "A folder of synthetic heads: pictures and labels.*.jsonl.", completion: .directory)
  var heads: String

  @Option(help: "\(ModelName.words)", completion: .model)
  var model: String?

  func run() throws {
    let landmarks = try PipelineSource.model(at: model)
    guard landmarks.scheme == .full else {
      throw CommandFailure(.usage, "\(landmarks.file): gives the landmarks of \(landmarks.scheme.name) only")
    }
    let study = try CommandFailure.wrap(.inputUnreadable) {
      try PoseStudy(SyntheticHeads(folder: heads), FacePipeline(network: .bundled(), model: landmarks))
    }
    report("whole program", study.rows)
    report("from the true points", study.limits)
    line(["lids, ratio", "eyes", "true", "read", "closed %"])
    for row in study.lids {
      line([
        range(row.ratios, 2), "\(row.eyes)", NumberText.text(row.truth, 3), NumberText.text(row.read, 3),
        NumberText.text(100 * row.closedShare, 1),
      ])
    }
    Console.write("\nmouth, mean error of the openness: \(NumberText.text(study.mouthError, 3))\n", to: STDOUT_FILENO)
  }

  private func report(_ name: String, _ rows: [PoseStudy.Row]) {
    Console.write("\(name)\n", to: STDOUT_FILENO)
    line(["turned by", "heads", "found", "yaw", "pitch", "roll"])
    for row in rows {
      line([range(row.yaws, 0), "\(row.heads)", "\(row.found)"] + row.means.map { NumberText.text($0, 1) })
    }
    Console.write("\n", to: STDOUT_FILENO)
  }

  private func range(_ range: Range<Double>, _ places: Int) -> String {
    "\(NumberText.text(range.lowerBound, places)) to \(NumberText.text(range.upperBound, places))"
  }

  private func line(_ cells: [String]) {
    Console.write(TextTable.line(cells, columns: [-14, 8]) + "\n", to: STDOUT_FILENO)
  }
}
