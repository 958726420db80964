import ArgumentParser
import Facemarks
import FacemarksLab
import FacemarksTraining
import Files
import Glibc
import Imaging

/// Measures how faces are followed through videos.
struct TrackingCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tracking",
    abstract: "Measure how faces are followed through videos.",
    discussion: """
      --photo makes videos from a still by known motion and compares with it: the share of the frames with a face in \
      which it was followed, faces shown where there is none, ids given, how often a face's id changed, the points' \
      movement from frame to frame beyond the known one and their distance from where they should be (in % of the eye \
      distance), and by how many frames they lag behind. --video follows faces in files: the share of frames with a face, \
      ids, the points' second difference over three frames (in % of the eye distance), crops that went through the \
      network and milliseconds of processor time per frame. --data measures what tells a face from something else. \
      Each smoothing is tried, and the detector on every frame without tracking.
      """)

  @Option(help: "A still with one face, best one of 512x512 pixels.", completion: .photos)
  var photo: String?

  @Option(help: "A video; may be given several times.", completion: .videos)
  var video: [String] = []

  @Option(
    help: "A folder of labelled crops (labels.csv) with pictures without faces in nonfaces.tar.", completion: .directory
  )
  var data: String?

  @Flag(name: .customLong("tracking-only"), help: "Leave out the detector on every frame, which takes long.")
  var trackingOnly = false

  @OptionGroup var detection: DetectionOptions

  private var methods: [TrackingMethod] {
    TrackingMethod.allCases.filter { !trackingOnly || $0 != .detector }
  }

  func validate() throws {
    guard photo != nil || !video.isEmpty || data != nil else {
      throw ValidationError("give --photo, --video or --data.")
    }
  }

  func run() throws {
    let source = try PipelineSource(detection)
    try CommandFailure.wrap(.inputUnreadable) {
      if let photo { try made(from: photo, source) }
      if !video.isEmpty { try files(source) }
      if let data { try cropSensitivity(data, source) }
    }
  }

  private func made(from photo: String, _ source: PipelineSource) throws {
    let study = try TrackingStudy(
      still: Image(contentsOf: photo).gray(), name: PathText.printable(photo), model: source.makeModel()
    ) { try source.makeVideoPipeline($0) }
    row("made video", ["smoothing", "found %", "falsePositives", "ids", "switches", "jitter %", "error %", "lag"])
    for name in study.videos {
      for score in try study.scores(on: name, methods: methods) {
        row(
          name,
          [
            score.method.name, percent(score.found, 1), "\(score.falsePositives)", "\(score.ids)", "\(score.switches)",
            percent(score.jitter, 2), percent(score.error, 2), NumberText.text(score.lag, 2),
          ])
      }
    }
  }

  private func files(_ source: PipelineSource) throws {
    let study = TrackingFiles { try source.makeVideoPipeline($0) }
    row("video", ["smoothing", "frames", "face %", "ids", "jitter %", "crops", "ms", "network", "detector"])
    for name in video {
      for method in methods {
        let score = try study.score(VideoFile(name), method)
        row(
          PathText.printable(PathText.split(name).name),
          [
            method.name, "\(score.frames)", percent(Double(score.withFace) / Double(max(score.frames, 1)), 1),
            "\(score.ids)", percent(score.jitter, 2), NumberText.text(score.crops, 2), NumberText.text(score.total, 2),
            NumberText.text(score.network, 2), NumberText.text(score.detection, 2),
          ])
      }
    }
  }

  private func cropSensitivity(_ data: String, _ source: PipelineSource) throws {
    let study = try CropSensitivityStudy(data: data, model: source.makeModel(), threads: 2)
    let sensitivities = try study.sensitivities()
    let areas = [sensitivities.others, sensitivities.falseAlarms].map {
      CropSensitivityStudy.Sensitivities.area(sensitivities.faces, $0)
    }
    row("wander up to", ["faces %", "others %", "false %"])
    for limit in stride(from: 0.03, through: 0.0801, by: 0.005) {
      let shares = [sensitivities.faces, sensitivities.others, sensitivities.falseAlarms].map {
        CropSensitivityStudy.Sensitivities.share($0, upTo: limit)
      }
      row(NumberText.text(limit, 3), shares.map { percent($0, 2) })
    }
    Console.write(
      "\(sensitivities.faces.count) faces, \(sensitivities.others.count) others, \(sensitivities.falseAlarms.count) of them false alarms of a "
        + "cascade; areas under the ROC curves \(NumberText.text(areas[0], 4)) and \(NumberText.text(areas[1], 4))\n",
      to: STDOUT_FILENO)
    row("tilt", ["upright %", "turned %"])
    for tilt in try study.tilts() {
      row("\(tilt.degrees) degrees", [percent(tilt.upright, 2), percent(tilt.turned, 2)])
    }
  }

  private func percent(_ share: Double, _ decimals: Int) -> String { NumberText.text(100 * share, decimals) }

  private func row(_ name: String, _ cells: [String]) {
    Console.write(TextTable.line([String(name.prefix(24))] + cells, columns: [-25, 12]) + "\n", to: STDOUT_FILENO)
  }
}
