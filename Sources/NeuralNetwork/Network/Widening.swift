extension Safetensors {
  /// These weights for a network of the same layers with more channels or units, which computes nearly the same at first (Chen,
  /// Goodfellow and Shlens, "Net2Net", 2016). A wider layer has copies of its first channels, and the next layer shares the old
  /// weight among the copies. Noise on the weights lets the copies part.
  ///
  /// Copies keep the order of the channels, so that the channels of two layers still fit where they meet, in a sum or flattened.
  ///
  /// - Parameter noise: its standard deviation, as a share of a tensor's root mean square; without any the network computes
  ///   the same.
  /// - Returns: nil unless each parameter of `network` that is wanted has an entry of as many dimensions, no kernel of another
  ///   size and nothing narrower.
  package func widened(
    to network: Network, noise: Float = 0.05, random: inout RandomGenerator,
    where isWanted: (String) -> Bool = { _ in true }
  ) -> Safetensors? {
    var result = self
    for parameter in network.parameters where isWanted(parameter.name) {
      let shape = parameter.value.shape.array
      guard let entry = entries[parameter.name], entry.shape.count == shape.count,
        entry.shape.dropFirst(2) == shape.dropFirst(2),
        zip(entry.shape, shape).allSatisfy({ $0 > 0 && $0 <= $1 })
      else { return nil }
      if entry.shape != shape { result.entries[parameter.name] = entry.widened(to: shape, noise: noise, &random) }
    }
    return result
  }
}

extension Safetensors.Entry {
  /// A vector has a value for each channel; a matrix or filters [outputs, inputs, ...] have weights.
  fileprivate func widened(to wider: [Int], noise: Float, _ random: inout RandomGenerator) -> Safetensors.Entry {
    guard shape.count > 1 else {
      return Safetensors.Entry(shape: wider, values: (0..<wider[0]).map { values[$0 % values.count] })
    }
    let kernel = shape.dropFirst(2).reduce(1, *)
    let square = values.reduce(0) { $0 + Double($1) * Double($1) }
    let deviation = noise * Float((square / Double(max(values.count, 1))).squareRoot())
    var result: [Float] = []
    result.reserveCapacity(wider.reduce(1, *))
    for output in 0..<wider[0] {
      for input in 0..<wider[1] {
        let copied = input % shape[1]
        let copies = Float((wider[1] - 1 - copied) / shape[1] + 1)
        let start = (output % shape[0] * shape[1] + copied) * kernel
        for value in values[start..<start + kernel] { result.append((value + deviation * random.normal()) / copies) }
      }
    }
    return Safetensors.Entry(shape: wider, values: result)
  }
}
