import ArgumentParser
import FacemarksTraining
import Files
import Glibc
import Imaging

/// Augments a data set ahead of training, or shows what augmentations do.
struct AugmentCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "augment",
    abstract: "Write a data set with changed copies of its faces, or a sheet that shows them.",
    discussion: """
      --output writes a csv file in Kaggle's format with all faces and their copies, of which --sample keeps some, and a \
      column Group that keeps a face and its copies on one side of a split. Of data with a split of their own the \
      training side is taken. --show writes a picture: in each row a face as it is, and changed.
      """)

  @Argument(
    help: "\(DataName.words)",
    completion: .dataSet)
  var data: String

  @Option(
    help: ArgumentHelp(
      "A list of NAME[:STRENGTH][@PROBABILITY], or 'default'.",
      discussion: Augmentations.all.map { "\($0.name): \($0.summary)" }.joined(separator: "\n")),
    completion: .augmentations)
  var augment = "default"

  @Option(help: "Changed copies of each face.")
  var copies = 1

  @Option(help: "The share of faces to leave out, the same ones as in training with the same --holdout.")
  var holdout = 0.0

  @Option(help: "Keep this many rows, chosen at random.")
  var sample: Int?

  @Option(help: "Everything random follows from it.")
  var seed: UInt64 = 1

  @Option(name: [.short, .long], help: "The csv file to write.", completion: .file(extensions: ["csv"]))
  var output: String?

  @Option(help: "The picture to write.", completion: .photos)
  var show: String?

  @Flag(help: "Replace files that exist.")
  var force = false

  @Option(help: "Processor cores to read with.")
  var threads = 2

  func run() throws {
    let augmentations = try parse()
    let claims = OutputRegistry(inputs: [data])
    if let output { try claims.check(output, for: "--output", force: force) }
    if let show { try claims.check(show, for: "--show", force: force) }
    let dataset = try CommandFailure.wrap(.inputUnreadable) { try LandmarkDataset.read(data, threads: max(1, threads)) }
    try CommandFailure.wrap(.someFailed) {
      if let output {
        let table = AugmentedTable(
          dataset, augmentations: augmentations, copies: copies, holdout: holdout, sample: sample,
          seed: seed)
        guard !table.rows.isEmpty else {
          throw CommandFailure(.inputUnreadable, "\(dataset.path): no faces to train with")
        }
        try table.write(to: output)
        let changed = table.rows.count { $0.copy > 0 }
        Console.write(
          "\(NumberText.counted(table.rows.count, "row")) (\(NumberText.counted(table.rows.count - changed, "face")), "
            + "\(NumberText.counted(changed, "copy", "copies"))) -> \(output)\n",
          to: STDOUT_FILENO)
      }
      if let show {
        try AugmentationSheet(dataset, augmentations: augmentations, seed: seed).picture().write(to: show)
        Console.write("\(Augmentations.describe(augmentations)) -> \(show)\n", to: STDOUT_FILENO)
      }
    }
  }

  private func parse() throws -> [any Augmentation] {
    guard (0..<1).contains(holdout) else { throw CommandFailure(.usage, "the holdout must be at least 0 and below 1") }
    guard output != nil || show != nil else {
      throw CommandFailure(.usage, "name the csv file to write with --output, or a picture with --show")
    }
    guard (0...1000).contains(copies) else { throw CommandFailure(.usage, "--copies must be in 0...1000") }
    guard sample.map({ $0 > 0 }) ?? true else { throw CommandFailure(.usage, "--sample must be 1 or more") }
    let ending = show.map(PathText.fileExtension) ?? "png"
    guard Image.canWrite(fileExtension: ending) else {
      throw CommandFailure(.usage, "--show \(show ?? ""): use .png, .jpg, .tif, .webp or .bmp")
    }
    return try CommandFailure.wrap(.usage) { try Augmentations.parse(augment) }
  }
}
