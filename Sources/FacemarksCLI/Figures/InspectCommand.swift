import ArgumentParser
import FacemarksTraining
import Files
import Glibc

/// Reports the content of a data set.
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Tell what is in a data set: missing points, duplicates, labels to look at.",
    discussion: """
      Every face is laid on the mean shape by turn, size and place; outliers are points that then lie far from where they \
      are expected, in eye distances and in robust deviations of the landmark. With --output a folder gets columns.csv, \
      outliers.csv, missing.png and missing.svg (missing points over the rows), faces.png, duplicates.png and \
      outliers.png.
      """)

  @Argument(
    help: "\(DataName.words)",
    completion: .dataSet)
  var data: String

  @Option(name: [.short, .long], help: "The folder for pictures and tables.", completion: .directory)
  var output: String?

  @Flag(help: "Replace files that exist.")
  var force = false

  @Option(help: "Processor cores to use.")
  var threads = 2

  func run() throws {
    guard (1...256).contains(threads) else {
      throw CommandFailure(.usage, "the number of threads must be in 1...256")
    }
    if let output { try check(output) }
    let clock = ContinuousClock()
    let start = clock.now
    let dataset = try CommandFailure.wrap(.inputUnreadable) { try LandmarkDataset.read(data, threads: threads) }
    let reading = start.duration(to: clock.now) / .seconds(1)
    let inspection = DatasetInspection(dataset)
    Console.write(InspectionReport(inspection, seconds: reading).text, to: STDOUT_FILENO)
    guard let output else { return }
    try CommandFailure.wrap(.someFailed) {
      try Files.makeFolder(output)
      for file in try InspectionFigures(inspection).write(to: output) {
        Console.write("-> \(PathText.printable(PathText.join(output, file)))\n", to: STDOUT_FILENO)
      }
    }
  }

  /// Refuses outputs that exist or are inputs, before the work.
  private func check(_ folder: String) throws {
    let claims = OutputRegistry(inputs: [data])
    for file in InspectionFigures.files {
      try claims.check(PathText.join(folder, file), for: "--output", force: force)
    }
  }
}

/// An inspection as text.
struct InspectionReport {
  private let inspection: DatasetInspection
  private let seconds: Double

  /// - Parameter seconds: how long reading took.
  init(_ inspection: DatasetInspection, seconds: Double) {
    self.inspection = inspection
    self.seconds = seconds
  }

  private static let shownRows = 10

  var text: String {
    let dataset = inspection.dataset
    let mebibytes = NumberText.text(Double(inspection.memory) / 1_048_576, 1)
    let peak = NumberText.text(Double(DatasetInspection.peakMemory) / 1_048_576, 1)
    var lines = [
      PathText.printable(dataset.path),
      line("rows", "\(dataset.count)"),
      line(
        "pictures",
        "\(dataset.side)x\(dataset.side) pixels, \(NumberText.counted(dataset.missingPixels, "pixel value")) missing"),
      line("read in", "\(NumberText.text(seconds, 2)) s"),
      line("memory", "\(mebibytes) MiB, at most \(peak) MiB while reading and inspecting"),
      line(
        "points",
        "\(NumberText.counted(inspection.complete, "row")) complete, \(inspection.partial) in part, \(inspection.empty) without"
      ),
    ]
    if let split = splitWords { lines.append(line("split", split)) }
    lines += spreads + [""]
    if inspection.hasLabels { lines += columns + [""] }
    lines += duplicates
    if inspection.hasLabels { lines += outliers }
    return lines.joined(separator: "\n") + "\n"
  }

  private func line(_ name: String, _ words: String) -> String {
    TextTable.line([name, words], columns: [-18, 0])
  }

  private var splitWords: String? {
    let sides = inspection.dataset.samples.compactMap(\.split)
    guard !sides.isEmpty else { return nil }
    return
      "\(NumberText.counted(sides.count { $0 == .training }, "row")) to train, \(sides.count { $0 == .validation }) to validate"
  }

  private var spreads: [String] {
    func words(_ name: String, _ spread: DatasetInspection.Spread?, _ unit: String) -> String? {
      spread.map {
        let values = [$0.least, $0.median, $0.most].map { NumberText.text($0, 1) }
        return line(name, "\(values[0]) ... \(values[1]) ... \(values[2]) \(unit) (least, median, most)")
      }
    }
    return [
      words("brightness", inspection.brightness, "of 255"), words("contrast", inspection.contrast, "of 255"),
      words("eye distance", inspection.eyeDistance, "px"),
    ].compactMap(\.self)
  }

  private var columns: [String] {
    func row(_ cells: [String]) -> String { TextTable.line(cells, columns: [-26, 10]) }
    let total = Double(max(inspection.dataset.count, 1))
    return [row(["point (x and y)", "known", "missing", "missing %", "mean x", "mean y"])]
      + inspection.columns.map { column in
        row([
          column.landmark, "\(column.known)", "\(column.missing)",
          NumberText.text(100 * Double(column.missing) / total, 1),
          NumberText.text(column.mean.x, 1), NumberText.text(column.mean.y, 1),
        ])
      }
  }

  private var duplicates: [String] {
    func words(_ name: String, _ groups: [[Int]], _ kind: String) -> [String] {
      let rows = groups.reduce(0) { $0 + $1.count - 1 }
      guard !groups.isEmpty else { return [line(name, "none")] }
      let shown = groups.prefix(Self.shownRows).map { group in
        let names = group.prefix(6).map { "\($0 + 1)" }.joined(separator: " = ")
        return names + (group.count > 6 ? " = ..." : "")
      }
      let more = groups.count > shown.count ? ", ..." : ""
      return [
        line(
          name, "\(NumberText.counted(groups.count, "group")), \(NumberText.counted(rows, "row")) too many (\(kind))"),
        line("", "rows \(shown.joined(separator: ", "))\(more)"),
      ]
    }
    return words("duplicates", inspection.duplicates.exact, "same pixels")
      + words("near duplicates", inspection.duplicates.near, "look alike, other pixels")
  }

  private var outliers: [String] {
    let limit = NumberText.text(DatasetInspection.suspicious, 0)
    let suspects = inspection.suspects
    var lines = [
      line(
        "labels to look at",
        "\(NumberText.counted(suspects.count, "row")) with a point \(limit) or more robust deviations off")
    ]
    for outlier in suspects.prefix(Self.shownRows) {
      let name = inspection.dataset.samples[outlier.sample].name
      let row = "row \(outlier.sample + 1)" + (name.hasPrefix("row ") ? "" : " (\(PathText.printable(name)))")
      lines.append(
        line(
          "",
          "\(row): \(inspection.dataset.scheme.landmarks[outlier.landmark]), "
            + "\(NumberText.text(outlier.distance, 2)) eye distances, \(NumberText.text(outlier.deviations, 0)) deviations"
        ))
    }
    return lines
  }
}
