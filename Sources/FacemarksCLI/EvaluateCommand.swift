import ArgumentParser
import Facemarks
import FacemarksTraining
import Files
import Glibc
import NeuralNetwork

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Says how accurate a network is.
struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Measure a network's errors on labelled faces.",
    discussion: """
      RMSE is in pixels of the 96x96 crop, NME the mean distance divided by the distance of the eye centres, failures \
      are faces with an NME above 10 %, AUC is the area under the cumulative curve of the NME up to 10 %.
      """)

  enum Side: String, CaseIterable, ExpressibleByArgument {
    case training = "train"
    case validation = "val"
    case all
  }

  @Option(help: "The weight file; the shipped network when left out.")
  var model: String?

  @Option(help: "A folder with labels.csv, or a csv file in the format of Kaggle's Facial Keypoints Detection.")
  var data: String

  @Option(
    help:
      "Which faces: \(Side.allCases.map(\.rawValue).joined(separator: ", ")). By default val where the data have a split."
  )
  var split: Side?

  @Flag(help: "Compare with the points placed by hand, where the data keep them apart.")
  var manual = false

  @Flag(help: "Print JSON instead of a table.")
  var json = false

  @Option(help: "Processor cores to use.")
  var threads = 2

  func run() throws {
    let model = try PipelineSource.model(at: model)
    let dataset: LandmarkDataset
    do {
      dataset = try LandmarkDataset.read(data, threads: max(1, threads))
    } catch {
      throw CommandFailure(.inputUnreadable, "\(error)")
    }
    guard dataset.scheme == model.scheme else {
      throw CommandFailure(.setupUnusable, "\(model.file): has other landmarks than \(data)")
    }
    let report = try EvaluationReport(
      model, dataset, indices: indices(of: dataset), truth: manual ? .manual : .labels, threads: max(1, threads))
    if json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      Console.write(String(decoding: try encoder.encode(report), as: UTF8.self) + "\n", to: STDOUT_FILENO)
    } else {
      Console.write(report.table, to: STDOUT_FILENO)
    }
  }

  private func indices(of dataset: LandmarkDataset) throws -> [Int] {
    let hasSplit = dataset.samples.contains { $0.split != nil }
    let side = split ?? (hasSplit ? .validation : .all)
    guard hasSplit || side == .all else {
      throw CommandFailure(.usage, "\(data): has no split of its own: use --split all")
    }
    return dataset.samples.indices.filter { index in
      switch side {
      case .all: true
      case .validation: dataset.samples[index].split == .validation
      case .training: dataset.samples[index].split != .validation
      }
    }
  }
}

/// The figures of an evaluation.
struct EvaluationReport: Codable {
  struct Part: Codable {
    var name: String
    var faces: Int
    var rmse: Double?
    var nme: Double?
    var failureRate: Double?
    var auc: Double?
  }

  var model: String
  var data: String
  var all: Part
  /// By the collection that the pictures come from.
  var sets: [Part]
  var points: [ErrorStatistics.PointError]

  init(
    _ model: LandmarkModel, _ dataset: LandmarkDataset, indices: [Int], truth: Evaluation.Truth, threads: Int
  ) throws {
    func errors(_ indices: [Int]) -> ErrorStatistics {
      Evaluation.errors(of: model, on: dataset, indices: indices, truth: truth, threads: threads)
    }
    func part(_ name: String, _ errors: ErrorStatistics) -> Part {
      func finite(_ value: Double) -> Double? { value.isFinite ? value : nil }
      return Part(
        name: name, faces: errors.faceErrors.count, rmse: finite(errors.rmse), nme: finite(errors.nme),
        failureRate: finite(errors.failureRate), auc: finite(errors.auc))
    }
    self.model = model.file
    data = dataset.path
    let total = errors(indices)
    guard total.points.contains(where: { $0.count > 0 }) else {
      throw CommandFailure(.inputUnreadable, "\(dataset.path): no face with known points among those asked for")
    }
    guard total.rmse.isFinite else { throw CommandFailure(.setupUnusable, "\(ModelError(file: model.file))") }
    all = part("all", total)
    points = total.points.filter { $0.count > 0 }
    let groups = Dictionary(grouping: indices) { dataset.samples[$0].set }
    sets =
      groups.count < 2
      ? []
      : groups.keys.sorted().map { part($0, errors(groups[$0] ?? [])) }
        .filter { $0.faces > 0 }
  }

  var table: String {
    func row(_ name: String, _ cells: [String]) -> String {
      let padded = cells.map { String(repeating: " ", count: max(0, 9 - $0.count)) + $0 }
      return name + String(repeating: " ", count: max(0, 26 - name.count)) + padded.joined() + "\n"
    }
    func percent(_ value: Double?) -> String { Figure.text(100 * (value ?? .nan), 2) }
    var text = row("", ["faces", "RMSE px", "NME %", "fail %", "AUC %"])
    for part in sets + [all] {
      text += row(
        part.name,
        [
          "\(part.faces)", Figure.text(part.rmse ?? .nan, 3), percent(part.nme), percent(part.failureRate),
          percent(part.auc),
        ])
    }
    text += "\n"
    for point in points {
      text += row(point.name, ["\(point.count)", Figure.text(point.rmse, 3), percent(point.nme)])
    }
    return text
  }
}
