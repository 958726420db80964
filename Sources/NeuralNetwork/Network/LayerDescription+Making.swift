/// Layers as they are written in an architecture: `.conv(32, stride: 2)`, `.norm(.relu)`.
extension LayerDescription {
  /// A convolution. Without bias when a normalisation follows.
  package static func conv(
    _ filters: Int, kernel: Int = 3, stride: Int = 1, padding: String = "same", groups: Int = 1, bias: Bool = false,
    activation: Activation = .none, initializer: Initializer = .he
  ) -> LayerDescription {
    LayerDescription(
      Conv2D.type,
      [
        "filters": .integer(filters), "kernel": .integer(kernel), "stride": .integer(stride), "padding": .text(padding),
        "groups": .integer(groups), "bias": .integer(bias ? 1 : 0), "activation": .text(activation.rawValue),
        "initializer": .text(initializer.rawValue),
      ])
  }

  package static func norm(_ activation: Activation = .none) -> LayerDescription {
    LayerDescription(BatchNorm.type, ["activation": .text(activation.rawValue)])
  }

  package static func dense(
    _ units: Int, activation: Activation = .none, initializer: Initializer = .he
  ) -> LayerDescription {
    LayerDescription(
      Dense.type,
      [
        "units": .integer(units), "activation": .text(activation.rawValue),
        "initializer": .text(initializer.rawValue),
      ])
  }

  /// The largest value of each window of `size` x `size`, without overlap.
  package static func maxPool(_ size: Int) -> LayerDescription {
    LayerDescription(MaxPool2D.type, ["size": .integer(size)])
  }

  package static var globalAveragePool: LayerDescription { LayerDescription(GlobalAveragePool.type) }

  package static var spatialSoftmax: LayerDescription { LayerDescription(SpatialSoftmax.type) }

  package static var leakyReLU: LayerDescription { LayerDescription(LeakyReLU.type) }

  package static var flatten: LayerDescription { LayerDescription(Flatten.type) }

  package static func dropout(_ rate: Double) -> LayerDescription {
    LayerDescription(Dropout.type, ["rate": .number(rate)])
  }

  package static func add(_ branches: [[LayerDescription]], activation: Activation = .none) -> LayerDescription {
    LayerDescription(Add.type, ["branches": .branches(branches), "activation": .text(activation.rawValue)])
  }

  /// Stages one after the other with a head each; see `MultiScale`.
  /// - Parameter downward: for each stage but the last, what it makes of what the next stage's head sees; empty where heads see
  ///   their own stage only.
  package static func multiScale(
    _ parts: [(stage: [LayerDescription], head: [LayerDescription])], downward: [[LayerDescription]] = []
  ) -> LayerDescription {
    LayerDescription(
      MultiScale.type,
      ["branches": .branches(parts.flatMap { [$0.stage, $0.head] } + downward), "stages": .integer(parts.count)])
  }

  /// Two normalised 3x3 convolutions around which the input is added back (He et al., "Deep residual learning", 2016).
  package static func residual(_ filters: Int) -> LayerDescription {
    .add([[], [.conv(filters), .norm(.relu), .conv(filters), .norm()]], activation: .relu)
  }
}
