/// An ONNX model read back from its bytes, by the field numbers of onnx.proto; fails on what is not well formed.
package struct ONNXFile {
  package struct Node {
    package var operation = ""
    package var inputs: [String] = []
    package var outputs: [String] = []
    package var integers: [String: [Int]] = [:]
    package var floats: [String: Float] = [:]
  }

  package struct Weight {
    package var name = ""
    package var shape: [Int] = []
    package var values: [Float] = []
    package var integers: [Int] = []
  }

  /// An extent is a number, or the name of one that is free.
  package struct Value {
    package var name = ""
    package var extents: [String] = []
  }

  package var nodes: [Node] = []
  package var weights: [Weight] = []
  package var inputs: [Value] = []
  package var outputs: [Value] = []
  package var metadata: [String: String] = [:]
  package var operatorSet = 0

  package struct Malformed: Error {}

  package init(_ bytes: [UInt8]) throws {
    for field in try fields(bytes) {
      switch field.number {
      case 7: try readGraph(field.bytes)
      case 8: operatorSet = try fields(field.bytes).first { $0.number == 2 }?.integer ?? 0
      case 14:
        let parts = try fields(field.bytes)
        guard parts.map(\.number) == [1, 2] else { throw Malformed() }
        metadata[parts[0].text] = parts[1].text
      default: break
      }
    }
  }

  private mutating func readGraph(_ bytes: [UInt8]) throws {
    for field in try fields(bytes) {
      switch field.number {
      case 1: nodes.append(try node(field.bytes))
      case 5: weights.append(try weight(field.bytes))
      case 11: inputs.append(try value(field.bytes))
      case 12: outputs.append(try value(field.bytes))
      default: break
      }
    }
  }

  private func node(_ bytes: [UInt8]) throws -> Node {
    var node = Node()
    for field in try fields(bytes) {
      switch field.number {
      case 1: node.inputs.append(field.text)
      case 2: node.outputs.append(field.text)
      case 4: node.operation = field.text
      case 5:
        let parts = try fields(field.bytes)
        guard let name = parts.first(where: { $0.number == 1 })?.text else { throw Malformed() }
        for part in parts where part.number == 3 || part.number == 8 {
          node.integers[name, default: []].append(part.integer)
        }
        for part in parts where part.number == 2 { node.floats[name] = part.float }
      default: break
      }
    }
    return node
  }

  private func weight(_ bytes: [UInt8]) throws -> Weight {
    var (weight, type) = (Weight(), 0)
    for field in try fields(bytes) {
      switch field.number {
      case 1: weight.shape.append(field.integer)
      case 2: type = field.integer
      case 7: weight.integers.append(field.integer)
      case 8: weight.name = field.text
      case 9:
        weight.values = stride(from: 0, to: field.bytes.count, by: 4).map { start in
          Float(bitPattern: (0..<4).reduce(0) { $0 | UInt32(field.bytes[start + $1]) << (8 * UInt32($1)) })
        }
      default: break
      }
    }
    // 1 is float32, 7 int64.
    guard let count = [1: weight.values.count, 7: weight.integers.count][type], count == weight.shape.reduce(1, *)
    else {
      throw Malformed()
    }
    return weight
  }

  private func value(_ bytes: [UInt8]) throws -> Value {
    let parts = try fields(bytes)
    guard parts.map(\.number) == [1, 2], let tensor = try fields(parts[1].bytes).first,
      let shape = try fields(tensor.bytes).first(where: { $0.number == 2 })
    else { throw Malformed() }
    let extents = try fields(shape.bytes).map { extent in
      guard let part = try fields(extent.bytes).first else { throw Malformed() }
      return part.number == 1 ? "\(part.integer)" : part.text
    }
    return Value(name: parts[0].text, extents: extents)
  }

  private struct Field {
    var number: Int
    var integer = 0
    var float: Float = 0
    var bytes: [UInt8] = []
    var text: String { String(decoding: bytes, as: UTF8.self) }
  }

  private func fields(_ bytes: [UInt8]) throws -> [Field] {
    var (result, place): ([Field], Int) = ([], 0)
    func number() throws -> Int {
      var (value, shift): (UInt64, UInt64) = (0, 0)
      while place < bytes.count, shift < 64 {
        let byte = bytes[place]
        place += 1
        value |= UInt64(byte & 0x7F) << shift
        if byte < 0x80 { return Int(truncatingIfNeeded: value) }
        shift += 7
      }
      throw Malformed()
    }
    while place < bytes.count {
      let key = try number()
      var field = Field(number: key >> 3)
      switch key & 7 {
      case 0: field.integer = try number()
      case 2, 5:
        let count = key & 7 == 5 ? 4 : try number()
        guard count >= 0, count <= bytes.count - place else { throw Malformed() }
        field.bytes = Array(bytes[place..<place + count])
        place += count
        if key & 7 == 5 {
          field.float = Float(bitPattern: (0..<4).reduce(0) { $0 | UInt32(field.bytes[$1]) << (8 * UInt32($1)) })
        }
      default: throw Malformed()
      }
      result.append(field)
    }
    return result
  }
}
