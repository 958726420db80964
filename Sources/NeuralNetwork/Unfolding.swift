/// The pieces of a batch that a convolution handles at a time: some rows of one sample, or several whole small samples, so
/// that the unfolded matrix stays in the cache and is still wide enough for an efficient product.
struct Blocks {
  struct Block {
    let samples: Range<Int>
    let rows: Range<Int>
    let rowLength: Int

    /// Columns of the unfolded matrix.
    var columns: Int { samples.count * rows.count * rowLength }
    /// Where the block begins in its (single) sample's output plane.
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
  /// Copies what weight (ky, kx) sees at the output rows `rows`: `rows.count * outputWidth` values, zero outside the plane.
  @inline(__always)
  func unfold(
    _ plane: UnsafePointer<Float>, rows: Range<Int>, ky: Int, kx: Int, into target: UnsafeMutablePointer<Float>
  ) {
    let offset = kx - left
    let columns = valid(outputWidth, input: inputWidth, offset: offset)
    var line = target
    for row in rows {
      let y = row * stride + ky - top
      if y < 0 || y >= inputHeight {
        line.update(repeating: 0, count: outputWidth)
      } else {
        let source = plane + y * inputWidth + offset
        if columns.lowerBound > 0 { line.update(repeating: 0, count: columns.lowerBound) }
        if stride == 1 {
          (line + columns.lowerBound).update(from: source + columns.lowerBound, count: columns.count)
        } else {
          for x in columns { line[x] = source[x * stride] }
        }
        if columns.upperBound < outputWidth {
          (line + columns.upperBound).update(repeating: 0, count: outputWidth - columns.upperBound)
        }
      }
      line += outputWidth
    }
  }

  /// The transpose of `unfold`: adds the values back to where they came from.
  @inline(__always)
  func fold(
    _ source: UnsafePointer<Float>, rows: Range<Int>, ky: Int, kx: Int, into plane: UnsafeMutablePointer<Float>
  ) {
    let offset = kx - left
    let columns = valid(outputWidth, input: inputWidth, offset: offset)
    var line = source
    for row in rows {
      let y = row * stride + ky - top
      if y >= 0, y < inputHeight {
        let target = plane + y * inputWidth + offset
        if stride == 1 {
          for x in columns { target[x] += line[x] }
        } else {
          for x in columns { target[x * stride] += line[x] }
        }
      }
      line += outputWidth
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
