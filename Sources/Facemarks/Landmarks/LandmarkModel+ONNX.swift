import NeuralNetwork

extension LandmarkModel {
  /// The network as an ONNX model, from gray values to crop pixels:
  ///
  /// - input `crop`, `[N, 1, 96, 96]`: gray values 0...255 of a crop as `FaceCrop` makes it; the normalisation is in the model,
  /// - output `landmarks`, `[N, 2 * landmarks]`: x and y of each, in pixels of the crop (pixel centres at integers),
  /// - of a network that predicts confidences `scales`, `[N, landmarks]`: the scale of each one's error in pixels of the crop,
  ///   see `NetworkOutputs`, and `face`, `[N, 1]`: the probability that the crop shows a face.
  ///
  /// Its metadata say this again, name the landmarks in order, and carry those of the weight file.
  package func onnx() -> [UInt8] {
    var graph = ONNXGraph()
    let input = addNormalization(to: &graph, input: "crop")
    let value = network.addNodes(to: &graph, input: input)
    let half = graph.add(Float(FaceCrop.side) / 2, to: "half_side")
    var results = [ONNXGraph.Value("landmarks", [outputs.firstScale])]
    let places = outputs.predictsConfidence ? slice(value, 0..<outputs.firstScale, of: &graph, to: "places") : value
    graph.add("Add", [graph.add("Mul", [places, half], to: "scaled"), half], to: "landmarks")
    if outputs.predictsConfidence {
      let logs = slice(value, outputs.firstScale..<outputs.faceLogit, of: &graph, to: "log_scales")
      let least = graph.add(NetworkOutputs.logScales.lowerBound, to: "least_log_scale")
      let greatest = graph.add(NetworkOutputs.logScales.upperBound, to: "greatest_log_scale")
      let lowest = graph.add("Max", [logs, least], to: "log_scales.above")
      graph.add("Exp", [graph.add("Min", [lowest, greatest], to: "log_scales.within")], to: "scales")
      let logit = slice(value, outputs.faceLogit..<outputs.count, of: &graph, to: "face_logit")
      graph.add("Sigmoid", [logit], to: "face")
      results += [ONNXGraph.Value("scales", [outputs.landmarks]), ONNXGraph.Value("face", [1])]
    }
    return graph.encoded(
      name: metadata[Key.name] ?? "landmarks", input: ONNXGraph.Value("crop", network.input), outputs: results,
      metadata: onnxMetadata)
  }

  private func slice(_ value: String, _ columns: Range<Int>, of graph: inout ONNXGraph, to name: String) -> String {
    let start = graph.add([columns.lowerBound], to: "\(name).start")
    let end = graph.add([columns.upperBound], to: "\(name).end")
    let axis = graph.add([1], to: "\(name).axis")
    return graph.add("Slice", [value, start, end, axis], to: name)
  }

  private var onnxMetadata: [String: String] {
    var result: [String: String] = [:]
    for key in [Key.name, Key.scheme, Key.licence, Key.validation, Key.normalization] { result[key] = metadata[key] }
    result["input"] = "crop: N x 1 x \(FaceCrop.side) x \(FaceCrop.side), gray 0...255; normalised within the model"
    result["output"] = "landmarks: N x \(2 * scheme.count), x and y of each landmark in pixels of the crop"
    if outputs.predictsConfidence {
      result["scales"] = "N x \(scheme.count), a point r pixels off has the density exp(-r / scale) / (2 pi scale^2)"
      result["face"] = "N x 1, the probability that the crop shows a face"
    }
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
