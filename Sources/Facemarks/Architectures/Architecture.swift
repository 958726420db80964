import NeuralNetwork

/// A kind of network that turns a 96x96 gray crop into landmark coordinates.
///
/// Contract: `description(outputs:options:)` takes `[1, 96, 96]` normalised pixels and ends in a dense layer without
/// activation, or in a sum of such, that gives `[outputs]`; see `NetworkOutputs`.
package protocol Architecture {
  /// Lower case, one word.
  static var name: String { get }
  /// One line with the idea and its source.
  static var summary: String { get }
  /// The options that can be chosen, as in `simplenet:hidden=100`.
  static var options: [ArchitectureOption] { get }
  /// - Parameter outputs: how many numbers the network gives.
  /// - Parameter options: a value for each of `options`, by name, within its range.
  static func description(outputs: Int, options: [String: Int]) -> NetworkDescription
}

/// A number that an architecture can be made with.
package struct ArchitectureOption: Hashable, Sendable {
  package let name: String
  package let preset: Int
  package let range: ClosedRange<Int>

  package init(_ name: String, _ preset: Int, in range: ClosedRange<Int>) {
    (self.name, self.preset, self.range) = (name, preset, range)
  }
}

extension Architecture {
  package static var options: [ArchitectureOption] { [] }

  /// The network as it is without any choice.
  package static func description(outputs: Int) -> NetworkDescription {
    description(outputs: outputs, options: presets)
  }

  static var presets: [String: Int] { Dictionary(uniqueKeysWithValues: options.map { ($0.name, $0.preset) }) }
}

/// The registry of architectures.
package enum Architectures {
  package static var all: [any Architecture.Type] {
    [Compact.self, Tiny.self, SimpleNet.self, ConvNet.self, Park.self, Vo.self, Keras.self]
  }

  package static func named(_ name: String) -> (any Architecture.Type)? { all.first { $0.name == name } }
}
