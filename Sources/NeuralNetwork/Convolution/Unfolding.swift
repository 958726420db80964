/// The pieces of a batch that a convolution handles at a time: some rows of one sample, or several whole small samples, so
/// that the unfolded matrix stays in the cache and is still wide enough for an efficient product.
struct Blocks {
  struct Block {
    let samples: Range<Int>
    let rows: Range<Int>
    let rowLength: Int

    /// Columns of the unfolded matrix.
    var columns: Int { samples.count * rows.count * rowLength }
    /// The block's first pixel in its (single) sample's output plane.
    var start: Int { rows.lowerBound * rowLength }
  }

  /// Floats of an unfolded matrix: half of a common second-level cache of 512 KiB.
  private static let budget = 64 * 1024
  /// Below this width a product is less efficient, so several samples share one.
  private static let width = 256

  private let batch: Int
  private let rows: Int
  private let rowLength: Int
  private let rowsPerBlock: Int
  private let samplesPerBlock: Int

  init(batch: Int, rows: Int, rowLength: Int, depth: Int) {
    self.batch = batch
    self.rows = rows
    self.rowLength = rowLength
    let columns = max(Blocks.width, Blocks.budget / depth)
    rowsPerBlock = min(rows, max(1, columns / rowLength))
    samplesPerBlock = rowsPerBlock == rows ? max(1, columns / (rows * rowLength)) : 1
  }

  private var blocksPerSample: Int { (rows + rowsPerBlock - 1) / rowsPerBlock }

  /// Whether no block takes in more than one sample.
  var areWithinSamples: Bool { samplesPerBlock == 1 }

  var count: Int {
    samplesPerBlock > 1 ? (batch + samplesPerBlock - 1) / samplesPerBlock : batch * blocksPerSample
  }

  subscript(index: Int) -> Block {
    guard samplesPerBlock == 1 else {
      let first = index * samplesPerBlock
      return Block(samples: first..<min(first + samplesPerBlock, batch), rows: 0..<rows, rowLength: rowLength)
    }
    let (sample, part) = index.quotientAndRemainder(dividingBy: blocksPerSample)
    let first = part * rowsPerBlock
    return Block(samples: sample..<sample + 1, rows: first..<min(first + rowsPerBlock, rows), rowLength: rowLength)
  }

  /// The blocks that make up some of the samples, for work that must not share a sample between threads.
  func within(_ samples: Range<Int>) -> some Sequence<Block> {
    let part = Blocks(
      batch: samples.count, rows: rows, rowLength: rowLength, rowsPerBlock: rowsPerBlock,
      samplesPerBlock: samplesPerBlock)
    return (0..<part.count).lazy.map { index in
      let block = part[index]
      return Block(
        samples: block.samples.lowerBound + samples.lowerBound..<block.samples.upperBound + samples.lowerBound,
        rows: block.rows, rowLength: block.rowLength)
    }
  }

  private init(batch: Int, rows: Int, rowLength: Int, rowsPerBlock: Int, samplesPerBlock: Int) {
    self.batch = batch
    self.rows = rows
    self.rowLength = rowLength
    self.rowsPerBlock = rowsPerBlock
    self.samplesPerBlock = samplesPerBlock
  }
}

extension Window {
  /// Whether outputs lie over inputs, row by row, so that rows can be moved together.
  private var keepsRows: Bool { stride == 1 && outputWidth == inputWidth }

  /// Copies what weight (ky, kx) sees at the output rows `rows`: `rows.count * outputWidth` values, zero outside the plane.
  @inline(__always)
  func unfold(
    _ plane: UnsafePointer<Float>, rows: Range<Int>, ky: Int, kx: Int, into target: UnsafeMutablePointer<Float>
  ) {
    let offset = kx - left
    let columns = valid(outputWidth, input: inputWidth, offset: offset)
    let inside = valid(outputHeight, input: inputHeight, offset: ky - top).clamped(to: rows)
    let (above, below) = (inside.lowerBound - rows.lowerBound, rows.upperBound - inside.upperBound)
    if above > 0 { target.update(repeating: 0, count: above * outputWidth) }
    if below > 0 { (target + (rows.count - below) * outputWidth).update(repeating: 0, count: below * outputWidth) }
    guard !inside.isEmpty, !columns.isEmpty else {
      target.update(repeating: 0, count: rows.count * outputWidth)
      return
    }
    var line = target + above * outputWidth
    if keepsRows {
      let source = plane + (inside.lowerBound + ky - top) * inputWidth + offset
      let end = (inside.count - 1) * outputWidth + columns.upperBound
      (line + columns.lowerBound).update(from: source + columns.lowerBound, count: end - columns.lowerBound)
      clearOutside(line, rows: inside.count, columns: columns)
      return
    }
    for row in inside {
      let source = plane + (row * stride + ky - top) * inputWidth + offset
      var x = columns.lowerBound
      // Every second value, eight at a time; the last ones singly, as the eighth's neighbour may lie outside.
      while stride == 2, x + 8 < columns.upperBound {
        let pairs = UnsafeRawPointer(source + 2 * x).loadUnaligned(as: SIMD16<Float>.self)
        UnsafeMutableRawPointer(line + x).storeBytes(of: pairs.evenHalf, as: SIMD8<Float>.self)
        x += 8
      }
      while x < columns.upperBound {
        line[x] = source[x * stride]
        x += 1
      }
      line += outputWidth
    }
    clearOutside(target + above * outputWidth, rows: inside.count, columns: columns)
  }

  /// The transpose of `unfold`: adds the values back to where they came from. Overwrites those that came from outside.
  @inline(__always)
  func fold(
    _ source: UnsafeMutablePointer<Float>, rows: Range<Int>, ky: Int, kx: Int, into plane: UnsafeMutablePointer<Float>
  ) {
    let offset = kx - left
    let columns = valid(outputWidth, input: inputWidth, offset: offset)
    let inside = valid(outputHeight, input: inputHeight, offset: ky - top).clamped(to: rows)
    guard !inside.isEmpty, !columns.isEmpty else { return }
    var line = source + (inside.lowerBound - rows.lowerBound) * outputWidth
    if keepsRows {
      clearOutside(line, rows: inside.count, columns: columns)
      let target = plane + (inside.lowerBound + ky - top) * inputWidth + offset
      let end = (inside.count - 1) * outputWidth + columns.upperBound
      for x in columns.lowerBound..<end { target[x] += line[x] }
      return
    }
    for row in inside {
      let target = plane + (row * stride + ky - top) * inputWidth + offset
      for x in columns { target[x * stride] += line[x] }
      line += outputWidth
    }
  }

  /// Sets the columns outside of `columns` to zero.
  @inline(__always)
  private func clearOutside(_ start: UnsafeMutablePointer<Float>, rows: Int, columns: Range<Int>) {
    guard columns.count < outputWidth else { return }
    for row in 0..<rows {
      let line = start + row * outputWidth
      for x in 0..<columns.lowerBound { line[x] = 0 }
      for x in columns.upperBound..<outputWidth { line[x] = 0 }
    }
  }

  /// Adds the convolution of one plane with one kernel to `target`.
  func slide(
    _ plane: UnsafePointer<Float>, _ kernel: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>
  ) {
    for ky in 0..<kernelHeight {
      for kx in 0..<kernelWidth {
        let factor = kernel[ky * kernelWidth + kx]
        let offset = kx - left
        let columns = valid(outputWidth, input: inputWidth, offset: offset)
        for row in valid(outputHeight, input: inputHeight, offset: ky - top) {
          let source = plane + (row * stride + ky - top) * inputWidth + offset
          let line = target + row * outputWidth
          if stride == 1 {
            for x in columns { line[x] += factor * source[x] }
          } else {
            for x in columns { line[x] += factor * source[x * stride] }
          }
        }
      }
    }
  }

  /// The gradients of `slide` with respect to the plane and the kernel, added to the given memory.
  func slideBackward(
    _ plane: UnsafePointer<Float>, _ kernel: UnsafePointer<Float>, _ gradient: UnsafePointer<Float>,
    inputGradient: UnsafeMutablePointer<Float>, weightGradient: UnsafeMutablePointer<Float>
  ) {
    for ky in 0..<kernelHeight {
      for kx in 0..<kernelWidth {
        let factor = kernel[ky * kernelWidth + kx]
        let offset = kx - left
        let columns = valid(outputWidth, input: inputWidth, offset: offset)
        var sum: Float = 0
        for row in valid(outputHeight, input: inputHeight, offset: ky - top) {
          let start = (row * stride + ky - top) * inputWidth + offset
          let line = gradient + row * outputWidth
          if stride == 1 {
            let first = start + columns.lowerBound
            sum += Reduce.dot(plane + first, line + columns.lowerBound, columns.count)
            for x in columns { inputGradient[start + x] += factor * line[x] }
          } else {
            for x in columns {
              sum += plane[start + x * stride] * line[x]
              inputGradient[start + x * stride] += factor * line[x]
            }
          }
        }
        weightGradient[ky * kernelWidth + kx] += sum
      }
    }
  }
}
