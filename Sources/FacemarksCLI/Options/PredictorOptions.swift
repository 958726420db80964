import ArgumentParser
import Facemarks
import FacemarksTraining
import Files
import Glibc

/// Options of predictions on data sets.
struct PredictorOptions: ParsableArguments {
  enum Averaging: String, CaseIterable, ExpressibleByArgument {
    case mirror
  }

  enum Crops: String, CaseIterable, ExpressibleByArgument {
    case detector
  }

  @Option(help: "mirror: the mean of what is found on each crop and on its mirror image.")
  var tta: Averaging?

  @Option(help: "detector: look for the face in each picture first (Haar cascade), predict on that crop.")
  var crops: Crops?

  /// The predictor of a name that `ModelName` knows, wrapped as the options ask for.
  /// - Throws: `CommandFailure` when it is unusable.
  func predictor(at path: String?, cropping: DetectorCrops?) throws -> any LandmarkPredictor {
    try CommandFailure.wrap(.setupUnusable) {
      var predictor = try ModelName.predictor(path)
      if tta == .mirror { predictor = MirrorAveraged(predictor) }
      if let cropping { predictor = DetectorCropped(predictor, crops: cropping) }
      return predictor
    }
  }

  /// The detector that crops, when one is asked for.
  /// - Throws: `CommandFailure` when it is unusable.
  func makeCropping() throws -> DetectorCrops? {
    guard crops == .detector else { return nil }
    return try CommandFailure.wrap(.setupUnusable) { try DetectorCrops.haar() }
  }

  /// Reports on standard error in how many pictures the detector found a face.
  static func report(_ cropping: DetectorCrops?) {
    guard let cropping else { return }
    Console.write(
      "faces found in \(cropping.found) of \(NumberText.counted(cropping.searched, "picture"))\n", to: STDERR_FILENO)
  }
}
