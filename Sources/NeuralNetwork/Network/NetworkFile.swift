import Files

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension Network {
  /// The metadata key under which the description stands, as JSON.
  package static let architectureKey = "architecture"

  /// The parameters as entries of a weight file.
  package var entries: [String: Safetensors.Entry] {
    Dictionary(
      uniqueKeysWithValues: parameters.map {
        ($0.name, Safetensors.Entry(shape: $0.value.shape.array, values: $0.value.values))
      })
  }

  /// A weight file with the description, the parameters and more metadata.
  package func file(metadata: [String: String] = [:]) throws -> Safetensors {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var metadata = metadata
    metadata[Network.architectureKey] = String(decoding: try encoder.encode(description), as: UTF8.self)
    return Safetensors(metadata: metadata, entries: entries)
  }

  /// The network of a weight file.
  /// - Throws: `WeightFileError` naming `name`.
  package convenience init(_ file: Safetensors, name: String) throws {
    guard let text = file.metadata[Network.architectureKey] else {
      throw WeightFileError(file: name, problem: "its metadata has no '\(Network.architectureKey)'")
    }
    let description: NetworkDescription
    do {
      description = try JSONDecoder().decode(NetworkDescription.self, from: Data(text.utf8))
    } catch let error as DecodingError {
      throw WeightFileError(
        file: name, problem: "the '\(Network.architectureKey)' in its metadata cannot be read: \(error.words)")
    }
    let weights = file.entries.values.map(\.values.count).reduce(0, +)
    do {
      try self.init(description, allocation: AllocationLimit(weights: weights, initializesWeights: false))
    } catch let error as DescriptionError {
      throw WeightFileError(file: name, problem: error.description)
    }
    try load(file, name: name)
  }

  /// Sets every parameter from the entry of its name; other entries are ignored.
  /// - Parameter isWanted: tells by its name whether a parameter is to be set.
  /// - Throws: `WeightFileError` when one is missing or has another shape; the parameters are then partly set.
  package func load(_ file: Safetensors, name: String, where isWanted: (String) -> Bool = { _ in true }) throws {
    for parameter in parameters where isWanted(parameter.name) {
      guard let entry = file.entries[parameter.name] else {
        throw WeightFileError(file: name, problem: "the tensor '\(parameter.name)' is missing")
      }
      guard entry.shape == parameter.value.shape.array else {
        let shape = entry.shape.map(String.init).joined(separator: "x")
        throw WeightFileError(
          file: name, problem: "the tensor '\(parameter.name)' is \(shape), the network needs \(parameter.value.shape)")
      }
      parameter.value.values = entry.values
    }
  }
}
