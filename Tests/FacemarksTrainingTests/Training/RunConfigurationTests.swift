import Facemarks
import FacemarksTraining
import Files
import NeuralNetwork
import TestSupport
import Testing

@Suite struct RunConfigurationTests {
  @Test func presetIsValid() throws { try RunConfiguration().validate() }

  @Test func badValuesAreNamed() throws {
    let changes: [(words: String, change: (inout RunConfiguration) -> Void)] = [
      ("architecture 'x'", { $0.architecture = "x" }), ("initializer 'x'", { $0.initializer = "x" }),
      ("dropout", { $0.dropout = "0.1,2" }), ("landmarks 'x'", { $0.landmarks = "x" }), ("fold", { $0.fold = "6/5" }),
      ("L1", { $0.l1 = -1 }), ("held out", { $0.holdout = 1 }), ("loss 'x'", { $0.loss = "x" }),
      ("optimizer 'x'", { $0.optimizer = "x" }), ("epochs", { $0.epochs = 0 }), ("batch size", { $0.batchSize = 0 }),
      ("learning rate", { $0.rate = .nan }), ("final learning rate", { $0.finalRate = -1 }),
      ("momentum", { $0.momentum = 1 }), ("weight decay", { $0.weightDecay = 2 }), ("averaging", { $0.averaging = 1 }),
      ("validation share", { $0.validationShare = 0 }), ("patience", { $0.patience = 0 }),
      ("oversampling", { $0.oversampleTurned = .infinity }), ("threads", { $0.threads = 0 }),
      ("warm-up", { $0.warmup = -1 }), ("weight of the face", { $0.faceWeight = -1 }),
    ]
    for (words, change) in changes {
      var configuration = RunConfiguration()
      change(&configuration)
      #expect { try configuration.validate() } throws: { "\($0)".contains(words) }
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

  @Test func writtenAndReadAgain() throws {
    let folder = try TemporaryFolder()
    var run = RunConfiguration()
    (run.data, run.architecture, run.dropout, run.fold) = ("faces.csv", "vo:blocks=2", "0.1,0.2", "2/5")
    (run.patience, run.seed, run.rate, run.monitor) = (7, 123_456_789_012, 1e-5, .rmse)
    let path = "\(folder.path)/config.json"
    try run.write(to: path)
    #expect(try RunConfiguration(contentsOf: path) == run)
  }

  /// JSON has no word for such numbers (RFC 8259, section 6); the file stays away.
  @Test func aNumberThatCannotBeWrittenIsNamed() throws {
    let folder = try TemporaryFolder()
    var run = RunConfiguration()
    run.rate = .infinity
    let error = #expect(throws: TrainingError.self) { try run.write(to: "\(folder.path)/config.json") }
    #expect(error?.description == "'rate' cannot be inf")
    #expect(try folder.files().isEmpty)
    var detector = DetectorConfiguration(data: "d")
    detector.rate = .infinity
    #expect(throws: TrainingError.self) { try detector.text }
  }

  @Test func aFileMayNameAFewKeysOnly() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/config.json"
    var expected = RunConfiguration()
    (expected.rate, expected.optimizer, expected.newOutput) = (0.5, "sgd", true)
    try Files.write(#"{"rate": 0.5, "optimizer": "sgd", "newOutput": true}"#, to: path)
    #expect(try RunConfiguration(contentsOf: path) == expected)
    for (text, words) in [
      (#"{"rates": 0.5}"#, "unknown key 'rates'"), (#"{"rate": "fast"}"#, "'rate' cannot be that"),
      ("{}", "not the configuration of a run"), ("[1]", "not the configuration of a run"),
    ] {
      try Files.write(text, to: path)
      let error = #expect(throws: TrainingError.self) { try RunConfiguration(contentsOf: path) }
      #expect(error?.description == "\(path): \(words)")
    }
  }

  @Test func setsWhatTheCommandLineCalls() throws {
    var run = RunConfiguration()
    run.architecture = Vo.name
    for (name, text) in [
      ("batch-size", "12"), ("rate", "1e-3"), ("schedule", "linear"), ("dropout", "0"), ("dropout", "0.1,0.2"),
      ("patience", "5"), ("new-output", "true"), ("blocks", "2"), ("filters", "8"), ("landmarks", "nose"),
    ] { try run.set(name, to: text) }
    var expected = RunConfiguration()
    (expected.batchSize, expected.rate, expected.schedule, expected.dropout) = (12, 0.001, .linear, "0.1,0.2")
    (expected.patience, expected.newOutput, expected.landmarks) = (5, true, "nose")
    expected.architecture = "vo:blocks=2,filters=8"
    #expect(run == expected)
    #expect(throws: TrainingError.self) { try run.set("batch-size", to: "many") }
    #expect(throws: TrainingError.self) { try run.set("hidden", to: "100") }
    #expect(throws: DescriptionError.self) { try run.set("blocks", to: "9") }
  }

  @Test func theNameTellsTheOptions() throws {
    var run = RunConfiguration()
    #expect(run.name == "compact_b64_e30_lrdec_aug")
    (run.architecture, run.batchSize, run.epochs, run.optimizer) = ("simplenet:hidden=100", 36, 1000, "nesterov")
    (run.rate, run.schedule, run.finalMomentum, run.augment) = (0.01, .constant, 0.99, "mirror")
    #expect(run.name == "simplenet-hidden-100_b36_e1000_nesterov_lr0.01_mominc_aug-mirror")
  }
}
