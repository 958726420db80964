/// A named tensor of a layer that is saved with it: a weight that an optimizer changes, or a buffer that the layer keeps up
/// itself (such as BatchNorm's running mean).
package final class Parameter {
  package enum Role: Sendable {
    /// Trained, weight decay applies.
    case weight
    /// Trained, without weight decay: biases, and BatchNorm's scale and shift.
    case bias
    /// Saved but not trained.
    case buffer
  }

  /// Unique within its layer; `Network` puts the layer's position in front of it ("3.weight").
  package let name: String
  private let storage: Storage

  private final class Storage {
    let role: Role
    let value: Tensor
    lazy var gradient = Tensor(role == .buffer ? [1] : value.shape)
    var isClear = false

    init(role: Role, value: Tensor) {
      self.role = role
      self.value = value
    }
  }

  package init(_ name: String, role: Role, value: Tensor) {
    self.name = name
    storage = Storage(role: role, value: value)
  }

  private init(_ name: String, sharing other: Parameter) {
    self.name = name
    storage = other.storage
  }

  /// The same tensors under another name.
  func named(_ name: String) -> Parameter { Parameter(name, sharing: self) }

  package var role: Role { storage.role }
  package var value: Tensor { storage.value }
  /// The gradient, to which `backward` adds; empty for a buffer. Made when first asked for, so that a network that is not
  /// trained has none.
  package var gradient: Tensor {
    let (tensor, isClear) = openGradient()
    if isClear { tensor.fill(0) }
    return tensor
  }

  /// Makes the gradient zero, at the latest when it is looked at.
  package func clearGradient() { storage.isClear = true }

  /// For a layer that is about to add to the gradient: where `isClear`, its elements are undefined instead of zero and
  /// must be overwritten, which saves two passes over them.
  func openGradient() -> (tensor: Tensor, isClear: Bool) {
    defer { storage.isClear = false }
    return (storage.gradient, storage.isClear)
  }

  package var isTrained: Bool { role != .buffer }
}
