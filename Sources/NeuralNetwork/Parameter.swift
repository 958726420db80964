/// A named tensor of a layer that is saved with it: a weight that an optimizer changes, or a buffer that the layer keeps up
/// itself (such as BatchNorm's running mean).
public final class Parameter {
  public enum Role: Sendable {
    /// Trained, weight decay applies.
    case weight
    /// Trained, without weight decay: biases, and BatchNorm's scale and shift.
    case bias
    /// Saved but not trained.
    case buffer
  }

  /// Unique within its layer; `Network` puts the layer's position in front of it ("3.weight").
  public let name: String
  public let role: Role
  public let value: Tensor
  /// What `backward` adds to; empty for a buffer. `Network.zeroGradients` clears it.
  public let gradient: Tensor

  public init(_ name: String, role: Role, value: Tensor) {
    self.name = name
    self.role = role
    self.value = value
    gradient = Tensor(role == .buffer ? [1] : value.shape)
  }

  private init(_ name: String, sharing other: Parameter) {
    self.name = name
    role = other.role
    value = other.value
    gradient = other.gradient
  }

  /// The same tensors under another name.
  func named(_ name: String) -> Parameter { Parameter(name, sharing: self) }

  public var isTrained: Bool { role != .buffer }
}
