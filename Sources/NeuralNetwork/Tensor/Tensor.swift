/// Float32 values in memory, row-major, with a shape. A reference: whoever holds the tensor sees its changes.
///
/// Layers own the tensors that they return and write them anew at their next call; copy `values` to keep them.
package final class Tensor {
  package private(set) var shape: Shape
  package private(set) var pointer: UnsafeMutablePointer<Float>
  private var capacity: Int

  package init(_ shape: Shape, fill: Float = 0) {
    self.shape = shape
    capacity = max(shape.count, 1)
    pointer = Tensor.allocate(capacity)
    pointer.update(repeating: fill, count: capacity)
  }

  package convenience init(_ shape: Shape, values: [Float]) {
    precondition(values.count == shape.count, "\(values.count) values for a tensor of \(shape)")
    self.init(shape)
    pointer.update(from: values, count: values.count)
  }

  deinit { UnsafeMutableRawPointer(pointer).deallocate() }

  package var count: Int { shape.count }

  /// A copy of the elements; setting it needs as many.
  package var values: [Float] {
    get { Array(UnsafeBufferPointer(start: pointer, count: count)) }
    set {
      precondition(newValue.count == count, "\(newValue.count) values for a tensor of \(shape)")
      pointer.update(from: newValue, count: count)
    }
  }

  /// The elements, in place.
  package var buffer: UnsafeMutableBufferPointer<Float> { UnsafeMutableBufferPointer(start: pointer, count: count) }

  /// Takes another shape. The memory is kept when it is large enough; the elements are undefined afterwards.
  package func resize(_ shape: Shape) {
    self.shape = shape
    guard shape.count > capacity else { return }
    UnsafeMutableRawPointer(pointer).deallocate()
    capacity = shape.count
    pointer = Tensor.allocate(capacity)
    pointer.initialize(repeating: 0, count: capacity)
  }

  package func fill(_ value: Float) { pointer.update(repeating: value, count: count) }

  /// Takes shape and elements of another tensor.
  package func copy(_ other: Tensor) {
    resize(other.shape)
    pointer.update(from: other.pointer, count: count)
  }

  private static func allocate(_ count: Int) -> UnsafeMutablePointer<Float> {
    UnsafeMutableRawPointer.allocate(byteCount: count * MemoryLayout<Float>.stride, alignment: 64)
      .bindMemory(to: Float.self, capacity: count)
  }
}
