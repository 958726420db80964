import ArgumentParser
import Facemarks
import FacemarksLab
import FacemarksTraining
import Files
import Glibc
import Imaging

/// Fits the confidence of faces anew, and shows how well it is calibrated.
struct CalibrationCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "calibration",
    abstract: "Measure how far the confidence of a face is a probability.",
    discussion: """
      On the validation photos of a data set (scenes.csv, scenes.tar) and its validation pictures without a face, for the built-in \
      detector with a landmark network: of the boxes of each range of confidences the number, the mean confidence and the share that \
      are faces, by the built-in calibration and by one that is fitted to these boxes, whose numbers are printed.
      """)

  @Argument(
    help:
      "A folder of labelled crops (labels.csv), pictures without faces (nonfaces.tar) and whole photos (scenes.csv).",
    completion: .directory)
  var data: String

  @Option(help: "\(ModelName.words)", completion: .model)
  var model: String?

  func run() throws {
    let landmarks = try PipelineSource.model(at: model)
    guard landmarks.predictsConfidence else {
      throw CommandFailure(.usage, "\(landmarks.file): does not say how sure it is; train it with --nonfaces")
    }
    let study = try CommandFailure.wrap(.inputUnreadable) {
      try CalibrationStudy(
        SceneDataset.read(data, threads: 2),
        LandmarkDataset.read(data, threads: 2).adding(nonfaces: "\(data)/nonfaces.tar"),
        FacePipeline(network: .bundled(), model: landmarks))
    }
    Console.write(
      "\(NumberText.counted(study.count, "box", "boxes")), \(study.faceCount) at faces\n", to: STDOUT_FILENO)
    report("built-in", .bundled, study)
    report("fitted", study.fit(), study)
  }

  private func report(_ name: String, _ calibration: FaceCalibration, _ study: CalibrationStudy) {
    let numbers = [calibration.bias, calibration.detector, calibration.points].map { NumberText.text($0, 3) }
    Console.write(
      "\n\(name): bias \(numbers[0]), detector \(numbers[1]), points \(numbers[2])\n", to: STDOUT_FILENO)
    line(["confidence", "boxes", "mean %", "faces %"])
    for bin in study.reliability(of: calibration) {
      line([
        "\(NumberText.text(bin.confidences.lowerBound, 1)) to \(NumberText.text(bin.confidences.upperBound, 1))",
        "\(bin.count)", NumberText.text(100 * bin.confidence, 1), NumberText.text(100 * bin.faces, 1),
      ])
    }
  }

  private func line(_ cells: [String]) {
    Console.write(TextTable.line(cells, columns: [-12, 8]) + "\n", to: STDOUT_FILENO)
  }
}
