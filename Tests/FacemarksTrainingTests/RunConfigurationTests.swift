import Facemarks
import FacemarksTraining
import NeuralNetwork
import Testing

@Suite struct RunConfigurationTests {
  @Test func presetIsValid() throws { try RunConfiguration().validate() }

  @Test func badValuesAreNamed() throws {
    let changes: [(words: String, change: (inout RunConfiguration) -> Void)] = [
      ("architecture 'x'", { $0.architecture = "x" }), ("loss 'x'", { $0.loss = "x" }),
      ("optimizer 'x'", { $0.optimizer = "x" }), ("epochs", { $0.epochs = 0 }), ("batch size", { $0.batchSize = 0 }),
      ("learning rate", { $0.rate = .nan }), ("final learning rate", { $0.finalRate = -1 }),
      ("momentum", { $0.momentum = 1 }), ("weight decay", { $0.weightDecay = 2 }), ("averaging", { $0.averaging = 1 }),
      ("validation share", { $0.validationShare = 0 }), ("patience", { $0.patience = 0 }),
      ("oversampling", { $0.oversampleTurned = .infinity }), ("threads", { $0.threads = 0 }),
      ("warm-up", { $0.warmup = -1 }),
    ]
    for (words, change) in changes {
      var configuration = RunConfiguration()
      change(&configuration)
      let error = #expect(throws: TrainingError.self, "\(words)") { try configuration.validate() }
      #expect(error?.description.contains(words) == true, "\(error?.description ?? "no error")")
    }
  }

  /// By hand: what the options say at the start, in the middle and at the end of 101 steps.
  @Test(
    arguments: [
      (RunConfiguration.Decay.constant, [0.1, 0.1, 0.1]), (.linear, [0.1, 0.0505, 0.001]),
      (.exponential, [0.1, 0.01, 0.001]), (.cosine, [0.1, 0.0505, 0.001]),
    ] as [(RunConfiguration.Decay, [Float])])
  func rates(schedule: RunConfiguration.Decay, expected: [Float]) {
    var configuration = RunConfiguration()
    (configuration.schedule, configuration.rate, configuration.finalRate, configuration.warmup) = (
      schedule, 0.1, 0.001, 0
    )
    (configuration.momentum, configuration.finalMomentum) = (0.9, 0.99)
    let rates = [0, 50, 100].map { configuration.rates.value($0, 101) }
    #expect(zip(rates, expected).allSatisfy { abs($0 - $1) < 1e-6 }, "\(rates)")
    #expect(abs(configuration.momenta.value(50, 101) - 0.945) < 1e-6)
  }

  @Test(arguments: Architectures.all.map { $0.name }) func everyArchitectureTakesCropsAndGivesPoints(name: String)
    throws
  {
    let architecture = try #require(Architectures.named(name))
    let network = try Network(architecture.description(outputs: 30), seed: 1)
    #expect(network.input == [1, 96, 96])
    #expect(network.output == [30])
    let millions = Double(network.multiplyAdds) / 1e6
    let rounded = millions < 10 ? (millions * 10).rounded() / 10 : millions.rounded()
    let text = rounded < 10 ? "\(rounded) M" : "\(Int(rounded)) M"
    #expect(architecture.summary.contains("\(text) multiply-adds"), "\(architecture.summary) has \(text)")
  }
}
