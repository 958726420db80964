/// The extents of a tensor, one to four of them, outermost first: `[batch, channels, height, width]` or `[batch, features]`.
package struct Shape: Hashable, Sendable, ExpressibleByArrayLiteral, CustomStringConvertible {
  private var extents: SIMD4<Int>
  package let rank: Int

  package init(arrayLiteral elements: Int...) { self.init(elements) }

  package init(_ elements: [Int]) {
    precondition((1...4).contains(elements.count), "a shape has one to four extents")
    extents = SIMD4(repeating: 1)
    rank = elements.count
    for (index, extent) in elements.enumerated() { extents[index] = extent }
  }

  package subscript(index: Int) -> Int { extents[index] }

  /// The number of elements.
  package var count: Int { extents[0] * extents[1] * extents[2] * extents[3] }

  package var array: [Int] { (0..<rank).map { extents[$0] } }

  /// The shape of a batch of samples of this shape.
  package func batched(_ count: Int) -> Shape {
    precondition(rank < 4, "a batch of batches")
    return Shape(extents: SIMD4(count, extents[0], extents[1], extents[2]), rank: rank + 1)
  }

  private init(extents: SIMD4<Int>, rank: Int) {
    self.extents = extents
    self.rank = rank
  }

  package var description: String { array.map(String.init).joined(separator: "x") }
}
