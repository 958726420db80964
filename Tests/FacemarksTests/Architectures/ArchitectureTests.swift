import Facemarks
import Files
import NeuralNetwork
import TestSupport
import Testing

@Suite struct ArchitectureTests {
  /// Every registered architecture, with its smallest and largest useful options left at their presets, takes a crop and
  /// gives two numbers per landmark.
  @Test(arguments: Architectures.all.map { $0.name })
  func takesACropAndGivesCoordinates(name: String) throws {
    let network = try Network(ArchitectureChoice(name).description(outputs: 30), seed: 1)
    let input = Tensor([2, 1, 96, 96], fill: 0.5)
    let output = network.forward(input)
    #expect(output.shape == [2, 30])
    #expect(output.values.allSatisfy { $0.isFinite })
    #expect(network.layers.last is Dense)
  }

  // vo: the 2,651,070 parameters that T. Vo's summary table gives for blocks 3, filters 32 (running averages included).
  // convnet: 19.5 M, by hand 32*10 + 64*129 + 128*257 + 18432*1000+1000 + 1000*1000+1000 + 30030.
  // simplenet: by hand 9216*100+100 + 3030 and 9216*1000+1000 + 30030.
  // park: by hand 4 + 24*26 + 36*601 + 48*901 + 64*433 + 64*577 + 500*65 + 90*501 + 30*91.
  // compact: by hand, half as wide and with four maps.
  @Test(arguments: [
    ("compact:width=8,maps=4", 188_456), ("vo", 2_651_070), ("convnet", 19_505_502), ("simplenet:hidden=100", 924_730),
    ("simplenet", 9_247_030),
    ("park", 210_472),
  ])
  func hasThePublishedSize(choice: String, parameters: Int) throws {
    let network = try Network(ArchitectureChoice(choice).description(outputs: 30))
    #expect(network.parameters.map(\.value.count).reduce(0, +) == parameters)
  }

  /// "Over 7 M weights" (the Keras post); about 63 M multiply-adds for park and 60 M for convnet.
  @Test func hasThePublishedCost() throws {
    let keras = try Network(ArchitectureChoice("keras").description(outputs: 30)).weightCount
    #expect(keras > 7_000_000)
    let park = try Network(ArchitectureChoice("park").description(outputs: 30)).multiplyAdds
    #expect((62_000_000...64_000_000).contains(park))
    let convnet = try Network(ArchitectureChoice("convnet").description(outputs: 30)).multiplyAdds
    #expect((58_000_000...62_000_000).contains(convnet))
  }

  @Test func readsOptionsAndWritesThemBack() throws {
    let choice = try ArchitectureChoice("vo:filters=8,blocks=5")
    #expect(choice.options == ["filters": 8, "blocks": 5])
    #expect(choice.description == "vo:blocks=5,filters=8")
    let plain = try ArchitectureChoice("vo")
    #expect(plain.description == "vo")
  }

  @Test(arguments: [
    ("nonet", "unknown architecture 'nonet'; known are compact, "),
    ("vo:depth=3", "the architecture 'vo' has no option 'depth'; it has blocks, filters"),
    ("vo:blocks=6", "the option 'blocks' of 'vo' must be a whole number 1...5, not '6'"),
    ("vo:blocks", "the option 'blocks' of 'vo' must be a whole number 1...5, not ''"),
    ("park:x=1", "the architecture 'park' has no option 'x'"),
  ])
  func refusesWhatItDoesNotKnow(text: String, message: String) {
    #expect { try ArchitectureChoice(text) } throws: { "\($0)".hasPrefix(message) }
  }

  @Test func changesInitialisationAndDropoutEverywhere() throws {
    let convnet = ConvNet.description(outputs: 30)
    #expect(convnet.dropoutCount == 4)
    let zeros = try Network(convnet.initialized(by: .zeros), seed: 3)
    #expect(zeros.parameters.allSatisfy { $0.value.values.allSatisfy { $0 == 0 } })
    let rates = try convnet.withDropout([0, 0.1, 0.2, 0.3]).layers.filter { $0.type == Dropout.type }
    #expect(rates.map { $0.options["rate"] } == [0, 0.1, 0.2, 0.3].map { .number($0) })
    let none = try convnet.withDropout([0])
    #expect(none.dropoutCount == 4)
    #expect(throws: DescriptionError.self) { try convnet.withDropout([0, 0.1]) }
    #expect(throws: DescriptionError.self) { try convnet.withDropout([1]) }
    let inBranches = NetworkDescription(input: [4], layers: [.add([[], [.dropout(0.5), .dense(4)]])])
    let changed = try inBranches.withDropout([0.25])
    #expect(changed.layers == [.add([[], [.dropout(0.25), .dense(4)]])])
  }

  @Test func readsADescriptionFromAFile() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("net.json")
    try Files.write(
      #"{"input":[1,96,96],"layers":[{"type":"flatten","options":{}},{"type":"dense","options":{"units":30}}]}"#,
      to: path)
    let network = try Network(ArchitectureChoice(path).description(outputs: 30))
    #expect(network.weightCount == 9216 * 30 + 30)
    try Files.write("{}", to: path)
    #expect { try ArchitectureChoice(path).description(outputs: 30) } throws: { "\($0)".hasPrefix("\(path): not a") }
  }

  /// Every registered option of a width can be widened from half of its preset, and without noise the outputs stay (the
  /// promise of Net2Net).
  @Test(arguments: [
    ("compact:width=8,maps=6", "compact:width=12,maps=10"), ("simplenet:hidden=50", "simplenet:hidden=120"),
    ("vo:filters=4", "vo:filters=7"),
  ])
  func widerNetworksStartWithTheSameOutputs(narrow: String, wide: String) throws {
    let small = try Network(ArchitectureChoice(narrow).description(outputs: 30))
    var random = RandomGenerator(seed: 4)
    for parameter in small.parameters {
      let isPositive = parameter.name.hasSuffix("running_var")
      parameter.value.values = parameter.value.values.map { _ in
        isPositive ? random.uniform(0.5...2) : 0.1 * random.normal()
      }
    }
    let large = try Network(ArchitectureChoice(wide).description(outputs: 30), seed: 1)
    let file = try small.file()
    let exact = try #require(file.widened(to: large, noise: 0, random: &random))
    let input = Tensor([2, 1, 96, 96], values: (0..<2 * 96 * 96).map { _ in random.normal() })
    let expected = small.forward(input).values
    let scale = expected.map(abs).max() ?? 0
    #expect(scale > 0)
    func largestGap(_ weights: Safetensors) throws -> Float {
      try large.load(weights, name: narrow)
      return zip(large.forward(input).values, expected).map { abs($0 - $1) }.max() ?? 0
    }
    #expect(try largestGap(exact) < 1e-4 * scale)
    let noisy = try largestGap(try #require(file.widened(to: large, random: &random)))
    #expect(noisy > 1e-3 * scale && noisy < scale)
    #expect(file.widened(to: small, random: &random)?.entries == file.entries)
    #expect(try large.file().widened(to: small, random: &random) == nil)
  }
}
