import Facemarks
import Imaging
import NeuralNetwork

/// Makes batches out of some samples of a data set.
///
/// Batch k of epoch e is a pure function of the data, the settings and (seed, e, k): a run that was stopped and resumed
/// sees the same batches, and any thread can make any batch.
package struct BatchSource: Sendable {
  package struct Settings: Sendable {
    package var batchSize: Int
    package var seed: UInt64
    package var normalization: InputNormalization
    package var augmentations: [any Augmentation]
    /// False: the samples come in the given order in every epoch.
    package var shuffles = true
    /// Whether the last batch of an epoch is left out when it would be smaller than the others.
    package var dropsIncompleteBatch = false
    /// How often each sample of the data set (by its index there) is drawn in an epoch on the average, 0 or more; nil
    /// draws each once.
    package var oversample: [Double]?
    /// The share of faces whose crop is cut around their points and turned with the head, as in refinement. Faces without the
    /// points that this takes stay as they are; of a face without any point the box is cut as closely, with `augmentations`.
    package var aligned: Float = 0
    /// Change such crops instead of `augmentations`.
    package var alignedAugmentations: [any Augmentation] = []
    /// Such a crop beside the square of its face.
    package var refinedCrop = RefinedCrop()
    /// The share of faces of which only a small part is cut out, which is no face.
    package var parts: Float = 0
    /// The indices of the landmarks that count; the others get the weight 0. Nil = all.
    package var landmarks: [Int]?

    package init(
      batchSize: Int, seed: UInt64, normalization: InputNormalization,
      augmentations: [any Augmentation] = Augmentations.recipe
    ) {
      self.batchSize = batchSize
      self.seed = seed
      self.normalization = normalization
      self.augmentations = augmentations
    }
  }

  package let dataset: LandmarkDataset
  /// The samples to draw from.
  package let indices: [Int]
  package let settings: Settings
  /// The number of crops in an epoch, before an incomplete batch is dropped.
  package let epochLength: Int

  package init(dataset: LandmarkDataset, indices: [Int], settings: Settings) {
    precondition(settings.batchSize > 0, "a batch needs one sample at least")
    precondition(indices.allSatisfy { dataset.samples.indices.contains($0) }, "no such sample")
    precondition(settings.oversample.map { $0.count == dataset.count } ?? true, "one factor per sample of the data set")
    self.dataset = dataset
    self.indices = indices
    self.settings = settings
    epochLength =
      settings.oversample.map { factors in
        Int(indices.reduce(0) { $0 + max(factors[$1], 0) }.rounded())
      } ?? indices.count
  }

  /// For evaluating a network: the central crop of each sample, unchanged, once, in the given order.
  package static func evaluation(
    dataset: LandmarkDataset, indices: [Int], batchSize: Int, normalization: InputNormalization,
    landmarks: [Int]? = nil
  ) -> BatchSource {
    var settings = Settings(batchSize: batchSize, seed: 0, normalization: normalization, augmentations: [])
    settings.landmarks = landmarks
    settings.shuffles = false
    return BatchSource(dataset: dataset, indices: indices, settings: settings)
  }

  package var batchesPerEpoch: Int {
    let size = settings.batchSize
    return settings.dropsIncompleteBatch ? epochLength / size : (epochLength + size - 1) / size
  }

  /// The samples of an epoch in the order in which they are drawn.
  package func order(epoch: Int) -> [Int] {
    var random = RandomGenerator(settings.seed, UInt64(epoch), .max)
    var order = indices
    if let factors = settings.oversample { order = drawn(factors, offset: Double(random.uniform())) }
    if settings.shuffles { order.shuffle(using: &random) }
    return order
  }

  /// One batch of one epoch. For many in a row use a `BatchQueue`, or pass the epoch's order.
  package func batch(epoch: Int, index: Int, order: [Int]? = nil) -> Batch {
    let order = order ?? self.order(epoch: epoch)
    precondition((0..<batchesPerEpoch).contains(index), "no such batch")
    let chosen = Array(order[index * settings.batchSize..<min((index + 1) * settings.batchSize, order.count)])
    var random = RandomGenerator(settings.seed, UInt64(epoch), UInt64(index))
    let values = 2 * dataset.scheme.count
    let size = FaceCrop.side * FaceCrop.side
    var targets = [Float](repeating: 0, count: chosen.count * values)
    var weights = targets
    var faces = chosen.map { dataset.samples[$0].isFace ? Float(1) : 0 }
    let pixels = [Float](unsafeUninitializedCapacity: chosen.count * size) { buffer, filled in
      let sampler = CropSampler()
      for (slot, sample) in chosen.enumerated() {
        let crop = cut(
          sample, into: UnsafeMutableBufferPointer(rebasing: buffer[slot * size..<(slot + 1) * size]),
          sampler: sampler, random: &random)
        if crop.showsFace {
          write(sample, crop: crop, slot: slot, targets: &targets, weights: &weights)
        } else {
          faces[slot] = 0
        }
      }
      filled = chosen.count * size
    }
    return Batch(
      epoch: epoch, index: index, count: chosen.count, pixels: pixels, targets: targets, weights: weights,
      faces: faces, indices: chosen)
  }

  /// Cuts, changes and normalises the crop of one sample; returns where it was cut.
  private func cut(
    _ sample: Int, into pixels: UnsafeMutableBufferPointer<Float>, sampler: CropSampler,
    random: inout RandomGenerator
  ) -> CropSample {
    var crop = CropSample(margin: dataset.margin)
    var augmentations = settings.augmentations
    if !dataset.samples[sample].isFace || settings.parts > 0 && random.chance(settings.parts) {
      crop.jitter(isFace: dataset.samples[sample].isFace, random: &random)
    } else if settings.aligned > 0, random.chance(settings.aligned) {
      if let place = dataset.place(of: sample) {
        crop = CropSample(map: settings.refinedCrop.square(of: place).map)
        augmentations = settings.alignedAugmentations
      } else if !dataset.hasPoints(sample) {
        let drop = settings.refinedCrop.drop * Double(FaceCrop.side)
        crop.change(scale: settings.refinedCrop.scale, down: drop)
      }
    }
    augmentations.draw(&crop, random: &random)
    guard let start = pixels.baseAddress else { return crop }
    dataset.withPicture(sample) { picture in
      if crop.warps.isEmpty {
        sampler.sample(picture, map: crop.map, side: FaceCrop.side, into: start)
      } else {
        WarpSampler.sample(picture, crop: crop, side: FaceCrop.side, into: start)
      }
    }
    augmentations.filter(pixels, side: FaceCrop.side, random: &random)
    settings.normalization.apply(to: pixels)
    return crop
  }

  private func write(_ sample: Int, crop: CropSample, slot: Int, targets: inout [Float], weights: inout [Float]) {
    let count = dataset.scheme.count
    for landmark in settings.landmarks ?? Array(0..<count) {
      let source = sample * count + (crop.mirrored ? dataset.scheme.mirrored[landmark] : landmark)
      let weight = dataset.weights[source]
      let (x, y) = (dataset.points[2 * source], dataset.points[2 * source + 1])
      guard weight > 0, x.isFinite, y.isFinite, let point = crop.place(of: Point(x: Double(x), y: Double(y)))
      else { continue }
      let half = Double(FaceCrop.side) / 2
      let at = 2 * (slot * count + landmark)
      targets[at] = Float((point.x - half) / half)
      targets[at + 1] = Float((point.y - half) / half)
      weights[at] = weight
      weights[at + 1] = weight
    }
  }

  /// Each sample as often as its factor says, rounded up or down so that the sum over the epoch is always the same
  /// (systematic sampling: steps of equal length along the running sum of the factors).
  private func drawn(_ factors: [Double], offset: Double) -> [Int] {
    let total = indices.reduce(0) { $0 + max(factors[$1], 0) }
    guard total > 0 else { return [] }
    var result: [Int] = []
    result.reserveCapacity(epochLength)
    var sum = 0.0
    for index in indices {
      sum += max(factors[index], 0)
      while result.count < epochLength, Double(result.count) + offset < sum / total * Double(epochLength) {
        result.append(index)
      }
    }
    while result.count < epochLength, let last = indices.last(where: { factors[$0] > 0 }) { result.append(last) }
    return result
  }
}
