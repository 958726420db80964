import NeuralNetwork

extension LandmarkModel {
  /// The network as an ONNX model, from gray values to crop pixels:
  ///
  /// - input `crop`, `[N, 1, 96, 96]`: gray values 0...255 of a crop as `FaceCrop` makes it; the normalisation is in the model,
  /// - output `landmarks`, `[N, 2 * landmarks]`: x and y of each, in pixels of the crop (pixel centres at integers).
  ///
  /// Its metadata say this again, name the landmarks in order, and carry those of the weight file.
  public func onnx() -> [UInt8] {
    var graph = ONNXGraph()
    let input = addNormalization(to: &graph, input: "crop")
    let value = network.addNodes(to: &graph, input: input)
    let half = graph.add(Float(FaceCrop.side) / 2, to: "half_side")
    graph.add("Add", [graph.add("Mul", [value, half], to: "scaled"), half], to: "landmarks")
    return graph.encoded(
      name: metadata[Key.name] ?? "landmarks", input: ONNXGraph.Value("crop", network.input),
      output: ONNXGraph.Value("landmarks", network.output), metadata: onnxMetadata)
  }

  private var onnxMetadata: [String: String] {
    var result: [String: String] = [:]
    for key in [Key.name, Key.scheme, Key.licence, Key.validation, Key.normalization] { result[key] = metadata[key] }
    result["input"] = "crop: N x 1 x \(FaceCrop.side) x \(FaceCrop.side), gray 0...255; normalised within the model"
    result["output"] = "landmarks: N x \(2 * scheme.count), x and y of each landmark in pixels of the crop"
    result["landmark_names"] = scheme.landmarks.joined(separator: ",")
    result["known_landmarks"] = landmarks.map { scheme.landmarks[$0] }.joined(separator: ",")
    return result
  }

  private func addNormalization(to graph: inout ONNXGraph, input: String) -> String {
    switch normalization {
    case .unit: return graph.add("Div", [input, graph.add(255, to: "white")], to: "normalized")
    case .standardized:
      let axes: [(name: String, value: ONNXGraph.Attribute)] = [("axes", .integers([1, 2, 3]))]
      let mean = graph.add("ReduceMean", [input], axes, to: "mean")
      let centered = graph.add("Sub", [input, mean], to: "centered")
      let squares = graph.add("Mul", [centered, centered], to: "squares")
      let deviation = graph.add("Sqrt", [graph.add("ReduceMean", [squares], axes, to: "variance")], to: "deviation")
      let smallest = graph.add(InputNormalization.smallestDeviation, to: "smallest_deviation")
      return graph.add(
        "Div", [centered, graph.add("Max", [deviation, smallest], to: "divisor")], to: "normalized")
    }
  }
}
