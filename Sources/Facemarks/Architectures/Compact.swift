import NeuralNetwork

/// The bundled network: a residual net (He et al., 2016) that halves the picture four times, 34 M multiply-adds. The last
/// planes are not pooled but go to the dense layer with their positions, since positions are what is predicted.
///
/// With `maps` a second branch locates that many features (soft-argmax) in the planes of 12x12 and adds a linear function of
/// their positions. With `rank` the first branch gives its outputs through that many numbers: most of the weights of a network
/// with many outputs would stand there.
package enum Compact: Architecture {
  package static let name = "compact"
  package static let summary = "residual net, 34 M multiply-adds: the architecture of the built-in models"
  package static let options = [
    ArchitectureOption("width", 16, in: 4...128), ArchitectureOption("maps", 0, in: 0...512),
    ArchitectureOption("rank", 0, in: 0...1024),
  ]

  package static func description(outputs: Int, options: [String: Int]) -> NetworkDescription {
    let width = options["width"] ?? 16
    let (maps, rank) = (options["maps"] ?? 0, options["rank"] ?? 0)
    func filters(_ count: Int) -> Int { max(1, count * width / 16) }
    let trunk: [LayerDescription] = [
      .conv(filters(16), stride: 2), .norm(.relu),
      .conv(filters(24), stride: 2), .norm(.relu), .residual(filters(24)),
      .conv(filters(64), stride: 2), .norm(.relu), .residual(filters(64)),
    ]
    let planes: [LayerDescription] =
      [
        .conv(filters(128), stride: 2), .norm(.relu), .residual(filters(128)),
        .flatten, .dropout(0.1),
      ] + (rank > 0 ? [.dense(rank)] : []) + [.dense(outputs, initializer: .zeros)]
    guard maps > 0 else { return NetworkDescription(input: [1, 96, 96], layers: trunk + planes) }
    let places: [LayerDescription] = [
      .conv(maps, kernel: 1, bias: true), .spatialSoftmax, .dense(outputs, initializer: .zeros),
    ]
    return NetworkDescription(input: [1, 96, 96], layers: trunk + [.add([planes, places])])
  }
}
