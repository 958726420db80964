import ArgumentParser
import Facemarks
import FacemarksLab
import FacemarksTraining
import Files
import Glibc
import Imaging

/// Compares what the whole program finds with what a Haar cascade finds alone.
struct RecallCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "recall",
    abstract: "Measure which faces the whole program finds, and what else it takes for one.",
    discussion: """
      On the validation side of a data set and of pictures without a face. Prints for OpenCV's frontal cascade alone and for \
      the whole program with several values of --min-confidence: the share of the faces found (overlap at least 0.4), of \
      those that any cascade finds at its most sensitive, and how many boxes there are on pictures without a face. Where \
      the folder has whole photos (scenes.csv, scenes.tar), then for the program at its default and from a confidence of \
      \(low) on: the faces found on those to validate, by size and kind, on photos turned, shrunk, and cut through a face, \
      and the boxes at none.
      """)

  /// A confidence at which faces are counted that are dropped by default.
  private static let low = 0.1

  @Argument(
    help: "A folder of labelled crops (labels.csv) with pictures without faces in nonfaces.tar.", completion: .directory
  )
  var data: String

  @Option(help: "The values of --min-confidence to try.")
  var confidences: [Double] = [0.15, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]

  @OptionGroup var detection: DetectionOptions

  func run() throws {
    guard let path = CascadeDetector.find(Self.cascade) else {
      throw CommandFailure(.setupUnusable, "\(Self.cascade): not found; install the package opencv-data")
    }
    let cascade = try CommandFailure.wrap(.inputUnreadable) {
      try CascadeDetector(cascade: path, settings: DetectorSettings(minNeighbors: 5))
    }
    let study = try CommandFailure.wrap(.inputUnreadable) {
      try RecallStudy(
        LandmarkDataset.read(data, threads: 2).adding(nonfaces: "\(data)/nonfaces.tar"),
        search: ThoroughHaarSearch())
    }
    Console.write(
      "\(NumberText.counted(study.faces.count, "face")), of which any cascade finds \(study.findable); "
        + "\(NumberText.counted(study.others.count, "picture")) without a face\n", to: STDOUT_FILENO)
    line("", ["found %", "of findable %", "false boxes"])
    let correction = CascadeProfile.forCascade(Self.cascade).correction
    report("cascade alone", study, try study.measure { try cascade.detect(in: $0).map { correction.apply($0.box) } })
    for confidence in confidences {
      var options = detection
      options.minConfidence = confidence
      let pipeline = try PipelineSource(options).makePipeline()
      report("program, from \(confidence) on", study, try study.measure { try pipeline.faces(in: $0).map(\.box) })
    }
    if FileStatus(of: "\(data)/scenes.csv") != nil { try reportScenes() }
  }

  private func reportScenes() throws {
    let study = try CommandFailure.wrap(.inputUnreadable) { SceneStudy(try SceneDataset.read(data, threads: 2)) }
    var options = detection
    options.minConfidence = Self.low
    let pipelines = try [detection, options].map { try PipelineSource($0).makePipeline() }
    Console.write("\n\(study.faceCount) faces on \(study.photoCount) photos\n", to: STDOUT_FILENO)
    line("", ["faces", "found %", "false boxes", "from \(Self.low) %", "false boxes"])
    for condition in SceneStudy.conditions {
      let rows = try pipelines.map { pipeline in try study.measure(condition) { try pipeline.faces(in: $0) } }
      guard let faces = rows.first?.faces, faces > 0 else { continue }
      line(
        condition.name,
        ["\(faces)"]
          + rows.flatMap { [NumberText.text(100 * Double($0.found) / Double(faces), 1), "\($0.falseBoxes)"] })
    }
  }

  private static let cascade = "haarcascade_frontalface_default.xml"

  private func report(_ name: String, _ study: RecallStudy, _ row: RecallStudy.Row) {
    func share(_ count: Int, of total: Int) -> String {
      NumberText.text(100 * Double(count) / Double(max(total, 1)), 2)
    }
    line(
      name, [share(row.found, of: study.faces.count), share(row.kept, of: study.findable), "\(row.falseBoxes)"])
  }

  private func line(_ name: String, _ cells: [String]) {
    Console.write(TextTable.line([name] + cells, columns: [-24, 15]) + "\n", to: STDOUT_FILENO)
  }
}
