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

/// Lists the layers of a network.
struct SummaryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "summary",
    abstract: "List a network's layers, shapes, weights and multiply-adds.",
    discussion: "Architectures: " + Architectures.all.map { "\($0.name): \($0.summary)" }.joined(separator: "; "))

  @Argument(
    help:
      "An architecture (NAME, NAME:OPTION=NUMBER,..., FILE.json), a weight file or a built-in model; compact is the architecture.",
    completion: .network)
  var network: String

  @Flag(help: "Print the description that 'train --architecture FILE.json' takes.")
  var json = false

  func run() throws {
    let network = try makeNetwork()
    if json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      Console.write(String(decoding: try encoder.encode(network.description), as: UTF8.self) + "\n", to: STDOUT_FILENO)
    } else {
      Console.write(Self.table(network), to: STDOUT_FILENO)
    }
  }

  private func makeNetwork() throws -> Network {
    let path = ModelName.file(network)
    let isWeightFile = FileStatus(of: path) != nil && !path.hasSuffix(".json")
    if isWeightFile {
      return try CommandFailure.wrap(.setupUnusable) { try Network(Safetensors(contentsOf: path), name: path) }
    }
    if let bundled = ModelName.bundled(network), Architectures.named(network) == nil {
      return try CommandFailure.wrap(.setupUnusable) { try Network(bundled.weights(), name: bundled.file) }
    }
    return try CommandFailure.wrap(.usage) {
      let description = try ArchitectureChoice(network).description(outputs: 2 * LandmarkScheme.kaggle15.count)
      do {
        return try Network(description)
      } catch let error as DescriptionError {
        throw CommandFailure(.usage, "\(network): \(error)")
      }
    }
  }

  static func table(_ network: Network) -> String {
    func row(_ number: String, _ layer: String, _ cells: String...) -> String {
      TextTable.line([number, "  " + layer] + cells, columns: [4, -20, -18, 12, 18], gap: 2) + "\n"
    }
    var text = row("", "layer", "output", "parameters", "multiply-adds")
    text += row("", "input", "\(network.input)", "", "")
    for (number, (layer, description)) in zip(network.layers, network.description.layers).enumerated() {
      text += row(
        "\(number)", description.type, "\(layer.output)",
        "\(layer.parameters.map(\.value.count).reduce(0, +))", "\(layer.multiplyAdds)")
    }
    let all = network.parameters.map(\.value.count).reduce(0, +)
    text += row("", "total", "", "\(all)", "\(network.multiplyAdds)")
    return text + "\(network.weightCount) weights are trained, \(all - network.weightCount) are running averages\n"
  }
}
