import Facemarks
import NeuralNetwork

/// Several networks as one: the mean of those that know a landmark, or any linear mix of their outputs.
///
/// The result is an ordinary weight file, which all readers of models understand: the networks are the branches of an `add` layer.
/// The share of each is put into its last dense layer: a mix M of the output W x + b is the output of M W and M b.
package struct Combination {
  /// A network of a combination.
  package struct Member {
    package let path: String
    let network: Network
    let metadata: [String: String]
    let scheme: LandmarkScheme
    let outputs: NetworkOutputs
    /// The indices of the landmarks it knows.
    package let landmarks: [Int]

    /// - Throws: `FileError` or `WeightFileError`.
    package init(contentsOf path: String) throws {
      let file = try Safetensors(contentsOf: path)
      let model = try LandmarkModel(file, file: path)
      self.path = path
      network = try Network(file, name: path)
      metadata = file.metadata
      (scheme, landmarks, outputs) = (model.scheme, model.landmarks, model.outputs)
      guard Self.endsLinearly(network.description.layers) else {
        throw WeightFileError(file: path, problem: "its last layer is no dense layer without activation")
      }
    }

    private static func endsLinearly(_ layers: [LayerDescription]) -> Bool {
      guard let last = layers.last, last.hasNoActivation else { return false }
      if last.type == Add.type { return last.branchDescriptions.allSatisfy(endsLinearly) }
      return last.type == Dense.type && last.options["bias"] ?? .integer(1) == .integer(1)
    }
  }

  package let members: [Member]
  /// The matrix of each member: `outputs x outputs` factors, row by row.
  private let mixes: [[Float]]
  /// Added to the sum, in the network's units.
  private let bias: [Float]

  /// The mean, for each landmark over the members that know it. Members that predict confidences give the means of these, too: of
  /// the logarithms of scales and of logits.
  /// - Throws: `TrainingError` when the members do not fit together.
  package init(meanOf members: [Member]) throws {
    let outputs = members.first?.outputs ?? NetworkOutputs(landmarks: 0, predictsConfidence: false)
    let mixes = members.map { member in
      var mix = [Float](repeating: 0, count: outputs.count * outputs.count)
      func add(_ value: Int, _ share: Float) { mix[value * outputs.count + value] = share }
      for landmark in member.landmarks {
        let share = 1 / Float(members.count { $0.landmarks.contains(landmark) })
        add(2 * landmark, share)
        add(2 * landmark + 1, share)
        if outputs.predictsConfidence { add(outputs.firstScale + landmark, share) }
      }
      if outputs.predictsConfidence { add(outputs.faceLogit, 1 / Float(members.count)) }
      return mix
    }
    try self.init(members, mixes: mixes, bias: [Float](repeating: 0, count: outputs.count))
  }

  /// - Parameters:
  ///   - mixes: a matrix of `outputs * outputs` for each member, row by row: the sum of mix x output is the result.
  ///   - bias: added to the sum; `outputs` values.
  /// - Throws: `TrainingError` when the members do not fit together.
  package init(_ members: [Member], mixes: [[Float]], bias: [Float]) throws {
    guard let first = members.first else { throw TrainingError("no models to combine") }
    for member in members.dropFirst() {
      for (key, what) in [(LandmarkModel.Key.scheme, "landmarks"), (LandmarkModel.Key.normalization, "gray values")]
      where member.metadata[key] != first.metadata[key] {
        throw TrainingError(
          "\(member.path): takes other \(what) (\(member.metadata[key] ?? "?")) than \(first.path) "
            + "(\(first.metadata[key] ?? "?"))")
      }
      guard member.outputs == first.outputs else {
        throw TrainingError(
          "\(member.path): of it and \(first.path), one predictsConfidence how sure it is and one does not")
      }
    }
    guard bias.count == first.outputs.count else {
      throw TrainingError("\(first.path): predictsConfidence how sure it is, which such a mix of points would lose")
    }
    (self.members, self.mixes, self.bias) = (members, mixes, bias)
  }

  /// The combination as a weight file.
  package func file() throws -> Safetensors {
    let input = Shape([1, FaceCrop.side, FaceCrop.side])
    var entries: [String: Safetensors.Entry] = [:]
    var branches: [[LayerDescription]] = []
    for (number, member) in members.enumerated() {
      var own = member.network.entries
      try mix(
        &own, member.network.description.layers, prefix: "", mixes[number],
        bias: number == 0 ? bias : [Float](repeating: 0, count: bias.count))
      // One branch alone is no sum: its layers are the network's own.
      let place = members.count > 1 ? "0.\(number)." : ""
      for (name, entry) in own { entries[place + name] = entry }
      branches.append(member.network.description.layers)
    }
    let layers = members.count > 1 ? [LayerDescription.add(branches)] : branches[0]
    var file = try Network(NetworkDescription(input: input, layers: layers)).file(metadata: metadata)
    file.entries = entries
    return file
  }

  /// Puts a mix into the last dense layer of some layers, or of each branch where they end in a sum.
  private func mix(
    _ entries: inout [String: Safetensors.Entry], _ layers: [LayerDescription], prefix: String, _ mix: [Float],
    bias: [Float]
  ) throws {
    guard let last = layers.last else { return }
    let place = "\(prefix)\(layers.count - 1)."
    if last.type == Add.type {
      for (number, branch) in last.branchDescriptions.enumerated() {
        let own = number == 0 ? bias : [Float](repeating: 0, count: bias.count)
        try self.mix(&entries, branch, prefix: "\(place)\(number).", mix, bias: own)
      }
      return
    }
    guard var weight = entries["\(place)weight"], var shift = entries["\(place)bias"] else {
      throw TrainingError("a model without the weights of its last layer")
    }
    let (outputs, inputs) = (bias.count, weight.values.count / bias.count)
    weight.values = Self.product(mix, weight.values, rows: outputs, inner: outputs, columns: inputs)
    shift.values = zip(Self.product(mix, shift.values, rows: outputs, inner: outputs, columns: 1), bias).map(+)
    (entries["\(place)weight"], entries["\(place)bias"]) = (weight, shift)
  }

  private static func product(_ a: [Float], _ b: [Float], rows: Int, inner: Int, columns: Int) -> [Float] {
    var result = [Float](repeating: 0, count: rows * columns)
    for row in 0..<rows {
      for k in 0..<inner where a[row * inner + k] != 0 {
        let factor = a[row * inner + k]
        for column in 0..<columns { result[row * columns + column] += factor * b[k * columns + column] }
      }
    }
    return result
  }

  private var metadata: [String: String] {
    func joined(_ key: String) -> String {
      var seen: [String] = []
      for member in members {
        let text = member.metadata[key] ?? "not stated"
        if !seen.contains(text) { seen.append(text) }
      }
      return seen.joined(separator: "; ")
    }
    let first = members[0]
    var metadata = [
      LandmarkModel.Key.name: "\(members.count) x \(joined(LandmarkModel.Key.name))",
      LandmarkModel.Key.scheme: first.scheme.name,
      LandmarkModel.Key.normalization: first.metadata[LandmarkModel.Key.normalization] ?? "",
      LandmarkModel.Key.licence: joined(LandmarkModel.Key.licence),
      LandmarkModel.Key.data: joined(LandmarkModel.Key.data),
      LandmarkModel.Key.members: members.map(\.path).joined(separator: "; "),
    ]
    for key in [LandmarkModel.Key.crops, LandmarkModel.Key.refinedCropScale, LandmarkModel.Key.refinedCropDrop] {
      let value = first.metadata[key]
      if members.allSatisfy({ $0.metadata[key] == value }) { metadata[key] = value }
    }
    let known = Set(members.flatMap(\.landmarks)).sorted()
    if known.count < first.scheme.count {
      metadata[LandmarkModel.Key.landmarks] = known.map { first.scheme.landmarks[$0] }.joined(separator: ",")
    }
    return metadata
  }
}

extension LayerDescription {
  fileprivate var branchDescriptions: [[LayerDescription]] {
    if case .branches(let branches) = options["branches"] { branches } else { [] }
  }

  fileprivate var hasNoActivation: Bool {
    options["activation"] == nil || options["activation"] == .text(Activation.none.rawValue)
  }
}
