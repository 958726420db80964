import Facemarks
import FacemarksTraining
import Testing

@Suite struct BatchTests {
  private func settings(_ batchSize: Int, seed: UInt64 = 11) -> BatchSource.Settings {
    BatchSource.Settings(batchSize: batchSize, seed: seed, normalization: .unit)
  }

  private func isSame(_ a: Batch?, _ b: Batch?) -> Bool {
    guard let a, let b else { return false }
    return a.epoch == b.epoch && a.index == b.index && a.indices == b.indices && a.pixels == b.pixels
      && a.targets == b.targets && a.weights == b.weights
  }

  @Test func evaluationShowsTheCentralCropInOrder() {
    let dataset = SyntheticData.spot(at: .init(x: 85.3, y: 62.7), landmark: 3)
    let source = BatchSource.evaluation(dataset: dataset, indices: [0, 0, 0], batchSize: 2, normalization: .unit)
    #expect(source.batchesPerEpoch == 2)
    let batch = source.batch(epoch: 0, index: 1)
    #expect(batch.count == 1)
    #expect(batch.pixels.count == 9216 && batch.targets.count == 30 && batch.weights.count == 30)
    for (u, v) in [(0, 0), (95, 95), (61, 39), (60, 38)] {
      #expect(abs(batch.pixels[v * 96 + u] - Float(dataset.pixels[(v + 24) * 144 + u + 24]) / 255) < 1e-6)
    }
    // By hand: (85.3 - 24 - 48) / 48 and (62.7 - 24 - 48) / 48.
    #expect(abs(batch.targets[6] - 13.3 / 48) < 1e-6)
    #expect(abs(batch.targets[7] - -9.3 / 48) < 1e-6)
    #expect(batch.weights.indices.filter { batch.weights[$0] != 0 } == [6, 7])
    #expect(batch.targets.indices.filter { batch.targets[$0] != 0 } == [6, 7])
  }

  @Test func evaluationVisitsEverySampleOnceInOrder() {
    let dataset = SyntheticData.stripes(10)
    let source = BatchSource.evaluation(dataset: dataset, indices: [7, 2, 9, 4, 1], batchSize: 2, normalization: .unit)
    #expect((0..<3).flatMap { source.batch(epoch: 3, index: $0).indices } == [7, 2, 9, 4, 1])
  }

  @Test func everyEpochVisitsEverySampleOnceInAnotherOrder() {
    let source = BatchSource(dataset: SyntheticData.stripes(40), indices: Array(5..<40), settings: settings(8))
    let orders = (0..<3).map { source.order(epoch: $0) }
    for order in orders { #expect(order.sorted() == Array(5..<40)) }
    #expect(Set(orders).count == 3)
    #expect(source.order(epoch: 1) == orders[1])
    #expect(source.batchesPerEpoch == 5)
    #expect(source.batch(epoch: 0, index: 4).count == 3)
  }

  @Test func incompleteBatchIsDroppedWhenAsked() {
    var settings = settings(8)
    settings.dropsIncompleteBatch = true
    let source = BatchSource(dataset: SyntheticData.stripes(35), indices: Array(0..<35), settings: settings)
    #expect(source.batchesPerEpoch == 4)
  }

  @Test(arguments: [1, 3])
  func queueGivesTheSameBatches(threads: Int) {
    let source = BatchSource(dataset: SyntheticData.stripes(20), indices: Array(0..<20), settings: settings(6))
    let queue = BatchQueue(source, length: 3, threads: threads)
    for number in 0..<10 {
      #expect(isSame(queue.next(), source.batch(epoch: number / 4, index: number % 4)))
    }
    queue.stop()
  }

  @Test func resumedRunSeesTheSameBatches() {
    let source = BatchSource(dataset: SyntheticData.stripes(20), indices: Array(0..<20), settings: settings(6))
    let queue = BatchQueue(source, epoch: 2, batch: 3)
    #expect(isSame(queue.next(), source.batch(epoch: 2, index: 3)))
    #expect(isSame(queue.next(), source.batch(epoch: 3, index: 0)))
  }

  @Test func stoppedQueueIsEmpty() {
    let source = BatchSource(dataset: SyntheticData.stripes(20), indices: Array(0..<20), settings: settings(6))
    for threads in 1...3 {
      let queue = BatchQueue(source, length: 2, threads: threads)
      #expect(queue.next() != nil)
      queue.stop()
      for _ in 0..<5 { #expect(queue.next() == nil) }
      queue.stop()
    }
    for _ in 0..<20 { _ = BatchQueue(source, length: 2, threads: 2) }
  }

  @Test func oversampledOnesComeMoreOften() {
    let dataset = SyntheticData.stripes(30) { sample, index in
      if index < 10 { sample.quality = 3 }
      if index >= 25 { sample.pose = .left }
    }
    let factors = dataset.oversampling(manualOnly: 2, turned: 1.5)
    #expect([factors[9], factors[10], factors[24], factors[25]] == [2, 1, 1, 1.5])
    var settings = settings(8)
    settings.oversample = factors
    settings.oversample?[24] = 0
    let source = BatchSource(dataset: dataset, indices: Array(0..<30), settings: settings)
    // 10 * 2 + 14 * 1 + 0 + 5 * 1.5 = 41.5, rounded.
    #expect(source.epochLength == 42)
    var counts = [Double](repeating: 0, count: 30)
    for epoch in 0..<400 {
      let order = source.order(epoch: epoch)
      #expect(order.count == 42)
      for index in order { counts[index] += 1.0 / 400 }
    }
    for index in 0..<10 { #expect(abs(counts[index] - 2 * 42 / 41.5) < 0.1) }
    for index in 10..<24 { #expect(abs(counts[index] - 42 / 41.5) < 0.1) }
    #expect(counts[24] == 0)
    for index in 25..<30 { #expect(abs(counts[index] - 1.5 * 42 / 41.5) < 0.1) }
  }
}
