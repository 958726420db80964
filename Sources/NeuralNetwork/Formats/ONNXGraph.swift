/// A network as ONNX describes it: nodes with named values between them, and the weights. Written as the messages of
/// onnx.proto (github.com/onnx/onnx), operator set 17, which every runtime since 2022 reads.
package struct ONNXGraph {
  package enum Attribute {
    case integer(Int)
    case integers([Int])
    case float(Float)
  }

  /// A value that goes into the graph or comes out of it, in batches of any size.
  package struct Value {
    package var name: String
    /// Of one sample.
    package var shape: Shape

    package init(_ name: String, _ shape: Shape) { (self.name, self.shape) = (name, shape) }
  }

  private var nodes: [ProtobufWriter] = []
  private var weights: [ProtobufWriter] = []

  package init() {}

  /// Adds a node.
  /// - Parameters:
  ///   - inputs: names of values.
  ///   - name: of the node and of its result; must be new.
  /// - Returns: `name`.
  @discardableResult
  package mutating func add(
    _ operation: String, _ inputs: [String], _ attributes: [(name: String, value: Attribute)] = [], to name: String
  ) -> String {
    var node = ProtobufWriter()
    for input in inputs { node.add(1, text: input) }
    node.add(2, text: name)
    node.add(3, text: name)
    node.add(4, text: operation)
    for (name, value) in attributes {
      node.add(5) { attribute in
        attribute.add(1, text: name)
        switch value {
        case .float(let number):
          attribute.add(2, float: number)
          attribute.add(20, integer: 1)
        case .integer(let number):
          attribute.add(3, integer: number)
          attribute.add(20, integer: 2)
        case .integers(let numbers):
          for number in numbers { attribute.add(8, integer: number) }
          attribute.add(20, integer: 7)
        }
      }
    }
    nodes.append(node)
    return name
  }

  /// Adds weights.
  /// - Returns: `name`, which must be new.
  @discardableResult
  package mutating func add(_ tensor: Tensor, to name: String) -> String {
    var weight = ProtobufWriter()
    for extent in tensor.shape.array { weight.add(1, integer: extent) }
    weight.add(2, integer: Self.float)
    weight.add(8, text: name)
    weight.add(9, values: UnsafeBufferPointer(tensor.buffer))
    weights.append(weight)
    return name
  }

  /// Whole numbers that an operation takes as an input, such as the bounds of a slice.
  package mutating func add(_ numbers: [Int], to name: String) -> String {
    var weight = ProtobufWriter()
    weight.add(1, integer: numbers.count)
    weight.add(2, integer: Self.int64)
    for number in numbers { weight.add(7, integer: number) }
    weight.add(8, text: name)
    weights.append(weight)
    return name
  }

  /// A number to calculate with.
  package mutating func add(_ number: Float, to name: String) -> String { add(Tensor([1], values: [number]), to: name) }

  /// The bytes of a model file.
  /// - Parameter metadata: told with the model, under keys of one's own.
  package func encoded(name: String, input: Value, outputs: [Value], metadata: [String: String]) -> [UInt8] {
    var model = ProtobufWriter()
    model.add(1, integer: 8)
    model.add(2, text: "facemarks")
    model.add(7) { graph in
      for node in nodes { graph.add(1, bytes: node.bytes) }
      graph.add(2, text: name)
      for weight in weights { graph.add(5, bytes: weight.bytes) }
      graph.add(11) { Self.describe(input, in: &$0) }
      for output in outputs { graph.add(12) { Self.describe(output, in: &$0) } }
    }
    model.add(8) { operators in
      operators.add(1, text: "")
      operators.add(2, integer: 17)
    }
    for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
      model.add(14) { entry in
        entry.add(1, text: key)
        entry.add(2, text: value)
      }
    }
    return model.bytes
  }

  /// ONNX's numbers for float32 and int64.
  private static let float = 1
  private static let int64 = 7

  private static func describe(_ value: Value, in message: inout ProtobufWriter) {
    message.add(1, text: value.name)
    message.add(2) { type in
      type.add(1) { tensor in
        tensor.add(1, integer: float)
        tensor.add(2) { shape in
          shape.add(1) { $0.add(2, text: "N") }
          for extent in value.shape.array { shape.add(1) { $0.add(1, integer: extent) } }
        }
      }
    }
  }
}

extension Network {
  /// Adds the nodes of all layers, as they are at inference.
  /// - Parameter input: the name of `[N] + input`.
  /// - Returns: The name of `[N] + output`.
  package func addNodes(to graph: inout ONNXGraph, input: String) -> String {
    layers.enumerated().reduce(input) { value, item in
      item.element.addNodes(to: &graph, input: value, name: "\(item.offset)")
    }
  }
}

extension ONNXGraph {
  /// Adds an activation where there is one.
  mutating func add(_ activation: Activation, _ value: String, to name: String) -> String {
    switch activation {
    case .none: value
    case .relu: add("Relu", [value], to: "\(name).activation")
    case .leaky: add("LeakyRelu", [value], [("alpha", .float(activation.slope))], to: "\(name).activation")
    }
  }
}

extension Window {
  /// Kernel, strides and padding as ONNX has them.
  var attributes: [(name: String, value: ONNXGraph.Attribute)] {
    let bottom = max((outputHeight - 1) * stride + kernelHeight - top - inputHeight, 0)
    let right = max((outputWidth - 1) * stride + kernelWidth - left - inputWidth, 0)
    return [
      ("kernel_shape", .integers([kernelHeight, kernelWidth])), ("strides", .integers([stride, stride])),
      ("pads", .integers([top, left, bottom, right])),
    ]
  }
}
