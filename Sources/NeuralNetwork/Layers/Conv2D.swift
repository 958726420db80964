/// Convolution over planes: `[channels, height, width]` to `[filters, outputHeight, outputWidth]`.
///
/// Options: `filters`, `kernel` (or `kernelHeight` and `kernelWidth`), `stride` (1), `padding` ("valid", "same" or pixels),
/// `groups` (1; as many as channels for a depthwise convolution), `bias` (1 or 0), `activation`, `initializer`.
///
/// Computed straight from its input (`DirectConvolution`, `WeightGradient`, `TransposedConvolution`), where it pays by
/// `WinogradConvolution`. With groups it is computed by matrix products over blocks of unfolded windows (im2col; Chellapilla et
/// al., 2006) that are small enough for the cache. A 1x1 convolution is such a product without unfolding; a depthwise one has
/// loops of its own.
package final class Conv2D: Layer {
  package static let type = "conv2d"
  package static let summary = "convolution with stride, padding, groups, bias and activation"

  package let output: Shape
  package let parameters: [Parameter]
  package let multiplyAdds: Int
  let groups: Int
  let activation: Activation
  let weight: Parameter
  let bias: Parameter?

  private let input: Shape
  let window: Window
  private let filters: Int
  private let result: Tensor
  private let inputGradient: Tensor
  private let outputGradient: Tensor
  private var lastInput: Tensor?
  private var scratch: [Scratch] = []
  private var convolution: (any PlaneConvolution)?
  private var weightGradient: WeightGradient?
  private var transposed: TransposedConvolution?
  private var isFrozen = false

  /// A thread's own memory.
  private final class Scratch {
    let columns = Tensor([1])
    let columnGradients = Tensor([1])
    let gathered = Tensor([1])
    let weightGradient = Tensor([1])
    let biasGradient = Tensor([1])
  }

  package init(_ options: LayerOptions, input: Shape, random: inout RandomGenerator) throws {
    try options.allow(
      "filters", "kernel", "kernelHeight", "kernelWidth", "stride", "padding", "groups", "bias", "activation",
      "initializer")
    try options.requirePlanes(input)
    filters = try options.integer("filters", in: 1...65536)
    let size = try options.integer("kernel", default: 3, in: 1...64)
    window = try Window(
      options, input: input,
      kernelHeight: options.integer("kernelHeight", default: size, in: 1...64),
      kernelWidth: options.integer("kernelWidth", default: size, in: 1...64),
      stride: options.integer("stride", default: 1, in: 1...64))
    groups = try options.integer("groups", default: 1, in: 1...65536)
    guard input[0] % groups == 0, filters % groups == 0 else {
      throw options.error("cannot split \(input[0]) channels and \(filters) filters into \(groups) groups")
    }
    activation = try options.choice("activation", default: .none)
    let initializer = try options.choice("initializer", default: Initializer.he)
    self.input = input
    output = [filters, window.outputHeight, window.outputWidth]
    let fan = window.kernelHeight * window.kernelWidth
    weight = try options.weight(
      [filters, input[0] / groups, window.kernelHeight, window.kernelWidth], initializer,
      fanIn: input[0] / groups * fan, fanOut: filters / groups * fan, random: &random)
    // Places in padded planes are counted with 32 bits.
    let places = max(
      input[0] * (window.inputHeight + 128) * (window.inputWidth + 128),
      filters * (window.outputHeight + 128) * (window.outputWidth + 128))
    guard places < Int(Int32.max) else { throw options.error("has more values than there can be") }
    bias =
      try options.integer("bias", default: 1, in: 0...1) == 1
      ? options.parameter("bias", role: .bias, [filters]) : nil
    parameters = [weight, bias].compactMap { $0 }
    multiplyAdds = weight.value.count * window.outputHeight * window.outputWidth
    result = Tensor([1])
    inputGradient = Tensor([1])
    outputGradient = Tensor([1])
    guard groups == 1, !isPointwise else { return }
    if let geometry = WinogradConvolution.Geometry(channels: input[0], filters: filters, window: window) {
      convolution = WinogradConvolution(geometry, activation: activation)
    } else {
      convolution = DirectConvolution(channels: input[0], filters: filters, window: window, activation: activation)
    }
    weightGradient = WeightGradient(channels: input[0], filters: filters, window: window)
    transposed = TransposedConvolution(channels: input[0], filters: filters, window: window)
  }

  private var inputPlane: Int { input[1] * input[2] }
  private var outputPlane: Int { window.outputHeight * window.outputWidth }
  private var channelsPerGroup: Int { input[0] / groups }
  private var filtersPerGroup: Int { filters / groups }
  private var depth: Int { channelsPerGroup * window.kernelHeight * window.kernelWidth }
  private var isDepthwise: Bool { channelsPerGroup == 1 && filtersPerGroup == 1 }
  private var isPointwise: Bool {
    window.kernelHeight == 1 && window.kernelWidth == 1 && window.stride == 1 && window.top == 0 && window.left == 0
      && outputPlane == inputPlane
  }

  package func forward(_ input: Tensor, _ pass: Pass) -> Tensor {
    let batch = input.shape[0]
    result.resize(output.batched(batch))
    lastInput = input
    if let convolution {
      if !isFrozen { convolution.pack(weight: weight.value.pointer, bias: bias?.value) }
      convolution.run(input, into: result, threads: pass.threads)
      return result
    }
    prepare(pass.threads)
    if isDepthwise {
      parallel(batch, threads: pass.threads) { _, samples in
        for sample in samples { depthwiseForward(input.pointer + sample * self.input.count, sample) }
      }
      return result
    }
    let blocks = Blocks(batch: batch, rows: window.outputHeight, rowLength: window.outputWidth, depth: depth)
    parallel(blocks.count, threads: pass.threads) { thread, share in
      for index in share { forward(blocks[index], input.pointer, scratch[thread]) }
    }
    return result
  }

  /// Lays the weights out once, for inference: they must not change any more.
  func freeze() {
    guard let convolution else { return }
    convolution.pack(weight: weight.value.pointer, bias: bias?.value)
    isFrozen = true
  }

  package func backward(_ gradient: Tensor, _ pass: Pass) -> Tensor {
    backward(gradient, pass, needsInput: true)
    return inputGradient
  }

  package func backwardParameters(_ gradient: Tensor, _ pass: Pass) { backward(gradient, pass, needsInput: false) }

  private func backward(_ gradient: Tensor, _ pass: Pass, needsInput: Bool) {
    guard let input = lastInput else { preconditionFailure("backward before forward") }
    let batch = input.shape[0]
    if needsInput || weightGradient == nil { inputGradient.resize(input.shape) }
    if activation != .none { outputGradient.resize(gradient.shape) }
    prepare(pass.threads)
    let threads = min(pass.threads, batch)
    for thread in scratch.prefix(threads) {
      thread.biasGradient.resize([filters])
      thread.biasGradient.fill(0)
      guard weightGradient == nil else { continue }
      thread.weightGradient.resize(weight.value.shape)
      thread.weightGradient.fill(0)
    }
    weightGradient?.prepare(threads: threads)
    if needsInput {
      transposed?.pack(weight: weight.value.pointer)
      transposed?.prepare(threads: threads)
    }
    parallel(batch, threads: threads) { thread, samples in
      if let weightGradient, let transposed {
        let source = masked(gradient, samples)
        if bias != nil { addBiasGradient(source, samples, scratch[thread]) }
        weightGradient.add(
          input.pointer + samples.lowerBound * self.input.count, source + samples.lowerBound * output.count,
          count: samples.count, thread: thread)
        guard needsInput else { return }
        for sample in samples {
          transposed.run(
            source + sample * output.count, into: inputGradient.pointer + sample * self.input.count, thread: thread)
        }
      } else {
        backward(samples, input, gradient, scratch[thread])
      }
    }
    let (sum, isClear) = weight.openGradient()
    if isClear { sum.fill(0) }
    weightGradient?.collect(threads: threads, into: sum.pointer)
    for thread in scratch.prefix(threads) {
      if weightGradient == nil { add(thread.weightGradient, to: sum) }
      if let bias { add(thread.biasGradient, to: bias.gradient) }
    }
  }

  /// The gradient before the activation, of some samples; it lies where those of the whole batch would.
  private func masked(_ gradient: Tensor, _ samples: Range<Int>) -> UnsafePointer<Float> {
    guard activation != .none else { return UnsafePointer(gradient.pointer) }
    let (start, count) = (samples.lowerBound * output.count, samples.count * output.count)
    activation.backward(
      gradient.pointer + start, output: result.pointer + start, into: outputGradient.pointer + start, count)
    return UnsafePointer(outputGradient.pointer)
  }

  /// By unfolded products, or by the loops of a depthwise convolution.
  private func backward(_ samples: Range<Int>, _ input: Tensor, _ gradient: Tensor, _ scratch: Scratch) {
    let source = masked(gradient, samples)
    let blocks = Blocks(
      batch: input.shape[0], rows: window.outputHeight, rowLength: window.outputWidth, depth: depth)
    if !isPointwise || !blocks.areWithinSamples {
      (inputGradient.pointer + samples.lowerBound * self.input.count)
        .update(repeating: 0, count: samples.count * self.input.count)
    }
    if bias != nil { addBiasGradient(source, samples, scratch) }
    if isDepthwise {
      for sample in samples { depthwiseBackward(input.pointer, source, sample, scratch) }
    } else {
      for block in blocks.within(samples) { backward(block, of: blocks, input.pointer, source, scratch) }
    }
  }

  private func prepare(_ threads: Int) {
    while scratch.count < threads { scratch.append(Scratch()) }
  }

  private func add(_ term: Tensor, to sum: Tensor) {
    for i in 0..<sum.count { sum.pointer[i] += term.pointer[i] }
  }

  // MARK: products

  private func forward(_ block: Blocks.Block, _ input: UnsafePointer<Float>, _ scratch: Scratch) {
    let columns = block.columns
    let direct = block.samples.count == 1
    for group in 0..<groups {
      let (matrix, leading) = unfolded(block, input, group, scratch)
      let weights = weight.value.pointer + group * filtersPerGroup * depth
      let target: UnsafeMutablePointer<Float>
      if direct {
        target =
          result.pointer + (block.samples.lowerBound * filters + group * filtersPerGroup) * outputPlane + block.start
      } else {
        scratch.gathered.resize([filtersPerGroup * columns])
        target = scratch.gathered.pointer
      }
      let step = direct ? outputPlane : columns
      product(m: filtersPerGroup, n: columns, k: depth, weights, depth, matrix, leading, into: target, step)
      for filter in 0..<filtersPerGroup {
        let line = target + filter * step
        if let bias {
          let shift = bias.value.pointer[group * filtersPerGroup + filter]
          for i in 0..<columns { line[i] += shift }
        }
        activation.apply(line, columns)
        guard !direct else { continue }
        for (index, sample) in block.samples.enumerated() {
          (result.pointer + (sample * filters + group * filtersPerGroup + filter) * outputPlane)
            .update(from: line + index * outputPlane, count: outputPlane)
        }
      }
    }
  }

  private func backward(
    _ block: Blocks.Block, of blocks: Blocks, _ input: UnsafePointer<Float>, _ gradient: UnsafePointer<Float>,
    _ scratch: Scratch
  ) {
    let columns = block.columns
    let direct = blocks.areWithinSamples
    for group in 0..<groups {
      let (matrix, leading) = unfolded(block, input, group, scratch)
      let source: UnsafePointer<Float>
      let step: Int
      if direct {
        source = gradient + (block.samples.lowerBound * filters + group * filtersPerGroup) * outputPlane + block.start
        step = outputPlane
      } else {
        scratch.gathered.resize([filtersPerGroup * columns])
        for filter in 0..<filtersPerGroup {
          for (index, sample) in block.samples.enumerated() {
            (scratch.gathered.pointer + filter * columns + index * outputPlane)
              .update(
                from: gradient + (sample * filters + group * filtersPerGroup + filter) * outputPlane, count: outputPlane
              )
          }
        }
        source = UnsafePointer(scratch.gathered.pointer)
        step = columns
      }
      product(
        m: filtersPerGroup, n: depth, k: columns, source, step, matrix, leading, transposeB: true,
        into: scratch.weightGradient.pointer + group * filtersPerGroup * depth, depth, adding: true)
      let weights = weight.value.pointer + group * filtersPerGroup * depth
      if isPointwise, direct {
        let start = (block.samples.lowerBound * self.input[0] + group * channelsPerGroup) * inputPlane + block.start
        product(
          m: depth, n: columns, k: filtersPerGroup, weights, depth, transposeA: true, source, step,
          into: inputGradient.pointer + start, inputPlane)
      } else {
        scratch.columnGradients.resize([depth * columns])
        product(
          m: depth, n: columns, k: filtersPerGroup, weights, depth, transposeA: true, source, step,
          into: scratch.columnGradients.pointer, columns)
        fold(block, scratch.columnGradients.pointer, group)
      }
    }
  }

  /// The windows of a block as a matrix: a row per weight of a filter, a column per output pixel.
  private func unfolded(
    _ block: Blocks.Block, _ input: UnsafePointer<Float>, _ group: Int, _ scratch: Scratch
  ) -> (UnsafePointer<Float>, leading: Int) {
    let first = (block.samples.lowerBound * self.input[0] + group * channelsPerGroup) * inputPlane
    if isPointwise, block.samples.count == 1 { return (input + first + block.start, inputPlane) }
    let columns = block.columns
    scratch.columns.resize([depth * columns])
    var target = scratch.columns.pointer
    for channel in 0..<channelsPerGroup {
      for ky in 0..<window.kernelHeight {
        for kx in 0..<window.kernelWidth {
          for sample in 0..<block.samples.count {
            let plane = input + first + (sample * self.input[0] + channel) * inputPlane
            window.unfold(plane, rows: block.rows, ky: ky, kx: kx, into: target)
            target += block.rows.count * window.outputWidth
          }
        }
      }
    }
    return (UnsafePointer(scratch.columns.pointer), columns)
  }

  private func fold(_ block: Blocks.Block, _ columns: UnsafeMutablePointer<Float>, _ group: Int) {
    let first = (block.samples.lowerBound * input[0] + group * channelsPerGroup) * inputPlane
    var source = columns
    for channel in 0..<channelsPerGroup {
      for ky in 0..<window.kernelHeight {
        for kx in 0..<window.kernelWidth {
          for sample in 0..<block.samples.count {
            let plane = inputGradient.pointer + first + (sample * input[0] + channel) * inputPlane
            window.fold(source, rows: block.rows, ky: ky, kx: kx, into: plane)
            source += block.rows.count * window.outputWidth
          }
        }
      }
    }
  }

  private func addBiasGradient(_ gradient: UnsafePointer<Float>, _ samples: Range<Int>, _ scratch: Scratch) {
    for sample in samples {
      for filter in 0..<filters {
        scratch.biasGradient.pointer[filter] += Reduce.sum(
          gradient + (sample * filters + filter) * outputPlane, outputPlane)
      }
    }
  }

  // MARK: depthwise

  private func depthwiseForward(_ input: UnsafePointer<Float>, _ sample: Int) {
    for channel in 0..<filters {
      let plane = result.pointer + (sample * filters + channel) * outputPlane
      plane.update(repeating: bias.map { $0.value.pointer[channel] } ?? 0, count: outputPlane)
      window.slide(input + channel * inputPlane, weight.value.pointer + channel * depth, into: plane)
      activation.apply(plane, outputPlane)
    }
  }

  private func depthwiseBackward(
    _ input: UnsafePointer<Float>, _ gradient: UnsafePointer<Float>, _ sample: Int, _ scratch: Scratch
  ) {
    for channel in 0..<filters {
      let offset = (sample * filters + channel) * inputPlane
      window.slideBackward(
        input + offset, weight.value.pointer + channel * depth,
        gradient + (sample * filters + channel) * outputPlane,
        inputGradient: inputGradient.pointer + offset,
        weightGradient: scratch.weightGradient.pointer + channel * depth)
    }
  }
}

extension Conv2D {
  package func addNodes(to graph: inout ONNXGraph, input: String, name: String) -> String {
    let inputs = [input] + parameters.map { graph.add($0.value, to: "\(name).\($0.name)") }
    return graph.add(
      activation, graph.add("Conv", inputs, window.attributes + [("group", .integer(groups))], to: name), to: name)
  }
}
