import Files
import NeuralNetwork

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// An architecture as people name it: NAME, NAME:OPTION=NUMBER,... or a file FILE.json with a `NetworkDescription`.
package struct ArchitectureChoice: Hashable, Sendable, CustomStringConvertible {
  /// The name of an architecture, or the path of a description.
  package let name: String
  /// The options given; those left out keep their presets.
  package private(set) var options: [String: Int] = [:]

  package var isFile: Bool { name.hasSuffix(".json") }

  /// - Throws: `DescriptionError` that lists what is possible.
  package init(_ text: String) throws(DescriptionError) {
    guard !text.hasSuffix(".json") else {
      name = text
      return
    }
    name = String(text.prefix { $0 != ":" })
    guard Architectures.named(name) != nil else {
      let known = Architectures.all.map { $0.name }.joined(separator: ", ")
      throw DescriptionError("unknown architecture '\(name)'; known are \(known), or a description in a .json file")
    }
    for item in text.dropFirst(name.count + 1).split(separator: ",") {
      let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      try set(String(parts[0]), to: parts.count > 1 ? String(parts[1]) : "")
    }
  }

  /// Whether the architecture has an option of this name.
  package func has(_ option: String) -> Bool { known.contains { $0.name == option } }

  /// - Throws: `DescriptionError` when there is no such option, or the value is out of its range.
  package mutating func set(_ name: String, to text: String) throws(DescriptionError) {
    guard let option = known.first(where: { $0.name == name }) else {
      let names = known.map(\.name).joined(separator: ", ")
      throw DescriptionError(
        "the architecture '\(self.name)' has no option '\(name)'\(names.isEmpty ? "" : "; it has \(names)")")
    }
    guard let value = Int(text), option.range.contains(value) else {
      throw DescriptionError(
        "the option '\(name)' of '\(self.name)' must be a whole number "
          + "\(option.range.lowerBound)...\(option.range.upperBound), not '\(text)'")
    }
    options[name] = value
  }

  /// The network, for one x and one y per landmark.
  /// - Throws: `DescriptionError`, or `FileError` for a description that cannot be read.
  package func description(outputs: Int) throws -> NetworkDescription {
    if let architecture = Architectures.named(name) {
      return architecture.description(outputs: outputs, options: architecture.presets.merging(options) { $1 })
    }
    let bytes = try Files.read(name)
    do {
      return try JSONDecoder().decode(NetworkDescription.self, from: Data(bytes))
    } catch let error as DecodingError {
      throw DescriptionError(
        "\(name): not a description of a network (\(error.words)); see 'facemarks summary NAME --json' for examples")
    }
  }

  package var description: String {
    options.isEmpty
      ? name : name + ":" + options.keys.sorted().map { "\($0)=\(options[$0] ?? 0)" }.joined(separator: ",")
  }

  private var known: [ArchitectureOption] { Architectures.named(name)?.options ?? [] }
}
