import Facemarks
import FacemarksTraining
import Files
import Glibc
import Imaging
import NeuralNetwork
import TestSupport
import Testing

@Suite struct DetectorTrainingTests {
  /// The expected numbers are NumPy's, in double precision, from the definitions: -(1 - q)^2 log q, doubled for faces, by the
  /// number of faces; smooth L1 (beta 0.05) of place and side, six times, and of cosine and sine of a known tilt. The slopes of the
  /// logits by central differences.
  @Test func theLossIsThatOfItsDefinition() {
    var targets = DetectorTargets(count: 1)
    let cells = DetectorTargets.layout.cells(0)
    targets.weights = [Float](repeating: 0, count: DetectorTargets.cells)
    let logits: [Float] = [2, -1.5, 0.3, -30, 30, -0.7]
    let isFace = [true, false, true, true, false, false]
    let wanted: [[Float]] = [[0.25, -0.4, 0.3, 0.9, 0.4], [0.1, 0, 0.1, 0, 1], [0.5, -1, 0, 0.99, 0.12]]
    let said: [[Float]] = [[0.2, -0.1, 0.35, 0.8, 0.5], [0, 0.05, -0.02, -0.3, 0.2], [1, -2, 0.4, 1, 0.1]]
    let places = [0, 2, 3]
    let output = Tensor([1, DetectorGrid.planes * DetectorTargets.cells])
    for cell in 0..<6 {
      (targets.isFace[cell], targets.weights[cell]) = (isFace[cell], cell < 5 ? 1 : 0)
      output.pointer[cell] = logits[cell]
    }
    for (index, cell) in places.enumerated() {
      targets.knowsTilt[cell] = index != 1
      for plane in 0..<5 {
        targets.numbers[5 * cell + plane] = wanted[index][plane]
        output.pointer[(plane + 1) * cells + cell] = said[index][plane]
      }
    }
    let gradient = Tensor([1])
    #expect(abs(targets.loss(output, gradient: gradient) - 31.711198841) < 1e-4)
    let slopes: [Float] = [-0.0032473, 0.005677, -0.1282723, -0.6666667, 0.3333333, 0]
    for cell in 0..<6 { #expect(abs(gradient.pointer[cell] - slopes[cell]) < 1e-6) }
    let others: [[Float]] = [
      [-0.6666667, 0.6666667, 0.6666667, -0.5, 0.5], [-0.6666667, 0.6666667, -0.6666667, 0, 0],
      [0.6666667, -0.6666667, 0.6666667, 0.1, -0.2],
    ]
    for (index, cell) in places.enumerated() {
      for plane in 0..<5 {
        #expect(abs(gradient.pointer[(plane + 1) * cells + cell] - others[index][plane]) < 1e-6)
      }
    }
  }

  @Test func cellsNearTheMiddleFindAFace() {
    var targets = DetectorTargets(count: 2)
    let layout = DetectorTargets.layout
    let at = { (head: Int, column: Int, row: Int) in
      DetectorTargets.cells + layout.firstCells[head] + row * layout.columns[head] + column
    }
    // The first head's cells have their middles at 3.5, 11.5, ...: that of column 5, row 7 is at (43.5, 59.5). A face of 17 is for
    // it, and no matter to the second head, whose nearest middles are 39.5 and 55.5.
    targets.add(RotatedSquare(center: Point(x: 43.5, y: 59.5), side: 17, roll: 0.1), knowsTilt: true, tile: 1)
    #expect(targets.isFace.indices.filter { targets.isFace[$0] } == [at(0, 5, 7)])
    #expect(targets.knowsTilt[at(0, 5, 7)] && targets.weights[at(0, 5, 7)] == 1)
    // 8 pixels away is 0.47 of the side, 11 is 0.67.
    #expect(targets.weights[at(0, 6, 7)] == 0 && targets.weights[at(0, 6, 8)] == 1)
    #expect(targets.weights[at(1, 2, 3)] == 0 && targets.weights[at(1, 1, 3)] == 1)
    #expect(targets.weights[..<DetectorTargets.cells].allSatisfy { $0 == 1 })
    // Of 50 pixels: for the second and the third head.
    targets.add(RotatedSquare(center: Point(x: 43.5, y: 59.5), side: 50), knowsTilt: true, tile: 0)
    let finding = targets.isFace[..<DetectorTargets.cells].indices.filter { targets.isFace[$0] }
    // The distances of the middles (39.5, 55.5) and (47.5, 47.5) are 5.7 and 12.6: less than 0.22 and 0.35 of the side.
    #expect(finding == [at(1, 2, 3), at(2, 1, 1)].map { $0 - DetectorTargets.cells })
    #expect(targets.weights[..<layout.cells(0)].allSatisfy { $0 == 1 })
    // What may be a face or not is no matter to any head.
    var doubtful = DetectorTargets(count: 1)
    doubtful.ignore(RotatedSquare(center: Point(x: 100, y: 100), side: 40), tile: 0)
    #expect(!doubtful.isFace.contains(true))
    for head in DetectorGrid.heads.indices {
      let weights = doubtful.weights[layout.firstCells[head]..<layout.firstCells[head + 1]]
      #expect(weights.contains(0) && weights.contains(1))
    }
  }

  private func data(offset: Int = 0) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try DiscFolder.write(to: folder.path, landmarks: LandmarkScheme.kaggle15.landmarks, offset: offset)
    return folder
  }

  /// Where a cell finds a face the tile is bright, and a tile is the same for the same random numbers.
  @Test func tilesShowTheFacesWhereTheTargetsSay() throws {
    let folder = try data()
    let dataset = try LandmarkDataset.read(folder.path, threads: 1).adding(nonfaces: folder.path + "/nonfaces.tar")
    let scenes = try SceneDataset.read(folder.path, threads: 1)
    func sources(_ indices: Range<Int>) throws -> DetectorSources {
      try DetectorSources(dataset, indices: Array(indices), scenes: [scenes], side: .training)
    }
    let tiles = try DetectorTiles(sources(0..<dataset.count))
    let size = DetectorTiles.side * DetectorTiles.side
    func draw(_ seed: UInt64) -> (pixels: [Float], targets: DetectorTargets) {
      var (pixels, targets) = ([Float](repeating: 0, count: size), DetectorTargets(count: 1))
      var random = RandomGenerator(seed: seed)
      pixels.withUnsafeMutableBufferPointer {
        tiles.draw(into: $0, targets: &targets, tile: 0, sampler: CropSampler(), random: &random)
      }
      return (pixels, targets)
    }
    var (bright, faces, ground, others) = (Float(0), 0, Float(0), 0)
    for seed in 0..<60 {
      let (pixels, targets) = draw(UInt64(seed))
      #expect(pixels == draw(UInt64(seed)).pixels && pixels.allSatisfy(\.isFinite))
      for cell in targets.isFace.indices {
        let layout = DetectorTargets.layout
        let head = layout.head(of: cell)
        let middle = layout.center(head, cell: cell - layout.firstCells[head])
        let value = pixels[Int(middle.y + 0.5) * DetectorTiles.side + Int(middle.x + 0.5)]
        if targets.isFace[cell] { (bright, faces) = (bright + value, faces + 1) }
        if targets.weights[cell] == 1, !targets.isFace[cell] { (ground, others) = (ground + value, others + 1) }
      }
    }
    #expect(faces > 50)
    // In standard deviations of the tile.
    #expect(bright / Float(faces) > ground / Float(others) + 1)
    #expect(throws: TrainingError.self) { try sources(0..<24) }
    #expect(throws: TrainingError.self) { try sources(24..<48) }
  }

  @Test func aRunThatWasStoppedGoesOnToTheSame() throws {
    let (data, runs) = (try data(), try TemporaryFolder())
    var configuration = DetectorConfiguration(data: data.path, scenes: [data.path])
    (configuration.steps, configuration.batchSize, configuration.licence) = (30, 4, "none")
    func run(_ folder: String, resumes: Bool = false, until last: Int = .max) throws -> DetectorTrainer.Outcome {
      try Files.makeFolder(folder)
      let trainer = try DetectorTrainer(configuration, folder: folder)
      if resumes { try trainer.resume() }
      var steps = 0
      return try trainer.run(
        report: { #expect($0.step == 30 && $0.loss.isFinite) },
        shouldStop: {
          steps += 1
          return steps == last
        })
    }
    // Tests beside this one switch between kernels, which changes last digits: one undisturbed trial is enough.
    var (parts, file, isSame) = ("", [UInt8](), false)
    for trial in 0..<5 where !isSame {
      let whole = runs.path + "/whole\(trial)"
      parts = runs.path + "/parts\(trial)"
      #expect(try run(whole) == .finished)
      #expect(try run(parts, until: 11) == .stopped)
      #expect(try run(parts, resumes: true) == .finished)
      file = try Files.read(DetectorTrainer.modelPath(whole))
      isSame = try file == Files.read(DetectorTrainer.modelPath(parts))
    }
    #expect(isSame)
    let weights = try Safetensors(file, file: "detector")
    #expect(weights.metadata["licence"] == "none")
    // It is a detector, if a bad one.
    _ = try NetworkDetector(weights, file: "detector").detect(
      in: GrayImage(width: 90, height: 70, pixels: [UInt8](0..<70).flatMap { [UInt8](repeating: $0, count: 90) }))
    let other = try self.data(offset: 1)
    (configuration.data, configuration.scenes) = (other.path, [other.path])
    #expect(throws: TrainingError.self) { _ = try run(parts, resumes: true) }
    extendLifetime((data, other))
  }

  /// A file with fewer residual blocks: the new one changes nothing at first. Hardly any rate, so that the weights stay.
  @Test func aRunStartsFromWeights() throws {
    let (data, runs) = (try data(), try TemporaryFolder())
    var description = NetworkDescription(input: [1, 64, 64], layers: DetectorGrid.layers)
    guard case .branches(var branches) = description.layers[0].options["branches"] else { return #expect(Bool(false)) }
    branches[0].removeLast()
    description.layers[0].options["branches"] = .branches(branches)
    let small = try Network(description, seed: 7)
    // The heads start at zero.
    var random = RandomGenerator(seed: 8)
    for parameter in small.parameters where parameter.value.values.allSatisfy({ $0 == 0 }) {
      parameter.value.values = parameter.value.values.map { _ in random.normal() }
    }
    let path = runs.path + "/small.safetensors"
    try small.file().write(to: path)
    var configuration = DetectorConfiguration(data: data.path, scenes: [data.path])
    (configuration.steps, configuration.batchSize, configuration.rate, configuration.from) = (1, 2, 1e-9, path)
    let trainer = try DetectorTrainer(configuration, folder: runs.path)
    let whole = try Network(
      NetworkDescription(input: [1, 64, 64], layers: DetectorGrid.layers), seed: 1)
    for (target, source) in zip(whole.parameters, trainer.network.parameters) {
      target.value.values = source.value.values
    }
    let input = Tensor([1, 1, 64, 64])
    for index in 0..<input.count { input.pointer[index] = Float(index % 37) / 18 - 1 }
    // The stage's last block is the identity of what a rectifier gives.
    let (one, other) = (small.forward(input).values, whole.forward(input).values)
    #expect(one.contains { abs($0) > 0.1 })
    #expect(zip(one, other).allSatisfy { abs($0 - $1) < 1e-4 * max(1, abs($0)) })
    try Network(NetworkDescription(input: [4], layers: [.dense(2)]), seed: 1).file().write(to: path)
    #expect(throws: TrainingError.self) { try DetectorTrainer(configuration, folder: runs.path) }
  }

  @Test func aConfigurationIsReadAsItWasWritten() throws {
    let folder = try TemporaryFolder()
    var configuration = DetectorConfiguration(data: "d")
    (configuration.steps, configuration.seed) = (7, 9)
    try folder.add("config.json", try configuration.text)
    #expect(try DetectorConfiguration(contentsOf: folder.path + "/config.json") == configuration)
    try folder.add("config.json", "{}")
    #expect(throws: DataError.self) { try DetectorConfiguration(contentsOf: folder.path + "/config.json") }
    configuration.steps = 0
    #expect(throws: TrainingError.self) { try DetectorTrainer(configuration, folder: folder.path) }
  }
}
