/// Why a description, or an architecture as people name it, does not make a network.
package struct DescriptionError: Error, Hashable, Sendable, CustomStringConvertible {
  package let description: String

  package init(_ description: String) { self.description = description }
}

/// A layer as plain data: its type and options. A network's description is a list of these, kept in its weight file.
package struct LayerDescription: Codable, Hashable, Sendable {
  package var type: String
  package var options: [String: OptionValue]

  package init(_ type: String, _ options: [String: OptionValue] = [:]) {
    self.type = type
    self.options = options
  }

  /// Makes the layer for samples of shape `input`.
  /// - Throws: `DescriptionError`.
  package func layer(input: Shape, random: inout RandomGenerator, allocation: AllocationLimit) throws -> any Layer {
    guard let type = Layers.named(self.type) else {
      throw DescriptionError(
        "unknown layer '\(self.type)'; known are \(Layers.all.map { $0.type }.joined(separator: ", "))")
    }
    let options = LayerOptions(type: self.type, values: options, allocation: allocation)
    let layer = try type.init(options, input: input, random: &random)
    try allocation.claim(values: layer.output.count, for: self.type)
    return layer
  }
}

/// The limit of a network's allocations, so that a description from a hostile file cannot ask for all memory.
package final class AllocationLimit {
  private var weights: Int
  private var values: Int
  /// Whether weights get their random start; not needed where they are loaded next.
  let initializesWeights: Bool

  /// - Parameters:
  ///   - weights: for all parameters together.
  ///   - values: for all layers' results of one sample together.
  ///   - initializesWeights: false leaves all weights zero, for networks whose weights are loaded next.
  package init(weights: Int = 1 << 28, values: Int = 1 << 26, initializesWeights: Bool = true) {
    self.weights = weights
    self.values = values
    self.initializesWeights = initializesWeights
  }

  func claim(weights count: Int, for type: String) throws {
    guard count <= weights else { throw DescriptionError("layer '\(type)' has more weights than there can be") }
    weights -= count
  }

  func claim(values count: Int, for type: String) throws {
    guard count <= values else { throw DescriptionError("layer '\(type)' makes the network's results too large") }
    values -= count
  }
}

/// The value of a layer's option.
package enum OptionValue: Codable, Hashable, Sendable {
  case integer(Int)
  case number(Double)
  case text(String)
  case branches([[LayerDescription]])

  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let value = try? container.decode(Int.self) {
      self = .integer(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .text(value)
    } else {
      self = .branches(try container.decode([[LayerDescription]].self))
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .integer(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .text(let value): try container.encode(value)
    case .branches(let value): try container.encode(value)
    }
  }
}

/// Reads a layer's options, with defaults, and refuses unknown ones.
package struct LayerOptions {
  package let type: String
  let allocation: AllocationLimit
  private let values: [String: OptionValue]

  package init(type: String, values: [String: OptionValue], allocation: AllocationLimit) {
    self.type = type
    self.values = values
    self.allocation = allocation
  }

  /// A parameter within the network's allocation limit.
  /// - Throws: `DescriptionError` when it is too large.
  func parameter(_ name: String, role: Parameter.Role, _ extents: [Int], fill: Float = 0) throws -> Parameter {
    var count = 1
    for extent in extents {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      guard !overflow else { throw error("has more weights than there can be") }
      count = product
    }
    try allocation.claim(weights: count, for: type)
    return Parameter(name, role: role, value: Tensor(Shape(extents), fill: fill))
  }

  /// - Throws: `DescriptionError` when an option is none of `names`.
  package func allow(_ names: String...) throws {
    for name in values.keys.sorted() where !names.contains(name) { throw error("has no option '\(name)'") }
  }

  /// A weight within the network's allocation limit, with its random start.
  /// - Throws: `DescriptionError` when it is too large.
  func weight(
    _ extents: [Int], _ initializer: Initializer, fanIn: Int, fanOut: Int, random: inout RandomGenerator
  ) throws -> Parameter {
    let weight = try parameter("weight", role: .weight, extents)
    if allocation.initializesWeights {
      initializer.fill(weight.value, fanIn: fanIn, fanOut: fanOut, random: &random)
    }
    return weight
  }

  package func integer(_ name: String, default value: Int? = nil, in range: ClosedRange<Int>) throws -> Int {
    let found: Int
    switch values[name] {
    case .integer(let value): found = value
    case nil:
      guard let value else { throw error("needs the option '\(name)'") }
      found = value
    default: throw error("'\(name)' must be a whole number")
    }
    guard range.contains(found) else {
      throw error("'\(name)' must be in \(range.lowerBound)...\(range.upperBound), not \(found)")
    }
    return found
  }

  package func number(_ name: String, default value: Double, in range: ClosedRange<Double>) throws -> Double {
    let found: Double
    switch values[name] {
    case .integer(let value): found = Double(value)
    case .number(let value): found = value
    case nil: found = value
    default: throw error("'\(name)' must be a number")
    }
    guard range.contains(found) else {
      throw error("'\(name)' must be in \(range.lowerBound)...\(range.upperBound), not \(found)")
    }
    return found
  }

  package func text(_ name: String, default value: String) throws -> String {
    switch values[name] {
    case .text(let value): value
    case nil: value
    default: throw error("'\(name)' must be text")
    }
  }

  /// One of the cases of an enumeration, by its raw value.
  package func choice<Choice: RawRepresentable<String> & CaseIterable>(_ name: String, default value: Choice) throws
    -> Choice
  {
    let found = try text(name, default: value.rawValue)
    guard let choice = Choice(rawValue: found) else {
      let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
      throw error("'\(name)' must be one of \(known), not '\(found)'")
    }
    return choice
  }

  package func branches(_ name: String) throws -> [[LayerDescription]] {
    guard case .branches(let value) = values[name] else { throw error("needs the option '\(name)', lists of layers") }
    return value
  }

  package func error(_ words: String) -> DescriptionError { DescriptionError("layer '\(type)' \(words)") }

  /// - Throws: `DescriptionError` unless the input has channels, height and width.
  package func requirePlanes(_ input: Shape) throws {
    guard input.rank == 3 else { throw error("needs channels x height x width as input, not \(input)") }
  }
}
