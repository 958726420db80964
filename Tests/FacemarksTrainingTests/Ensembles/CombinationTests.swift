import Facemarks
import FacemarksTraining
import Files
import NeuralNetwork
import TestSupport
import Testing

@Suite struct CombinationTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// A network with random weights everywhere, its last layer too.
  private func model(
    _ name: String, seed: UInt64, landmarks: String? = nil, normalization: String = "unit", outputs: Int = 30
  ) throws -> String {
    let network = try Network(Tiny.description(outputs: outputs), seed: seed)
    var random = RandomGenerator(seed: seed)
    for parameter in network.parameters where parameter.isTrained {
      for i in 0..<parameter.value.count { parameter.value.pointer[i] += random.uniform(-0.1...0.1) }
    }
    var metadata = [
      LandmarkModel.Key.scheme: "kaggle15", LandmarkModel.Key.normalization: normalization,
      LandmarkModel.Key.name: "tiny", LandmarkModel.Key.licence: "none", LandmarkModel.Key.data: "0123",
    ]
    metadata[LandmarkModel.Key.landmarks] = landmarks
    let path = "\(folder.path)/\(name).safetensors"
    try network.file(metadata: metadata).write(to: path)
    return path
  }

  private func combined(_ combination: Combination) throws -> LandmarkModel {
    let path = "\(folder.path)/combined.safetensors"
    try combination.file().write(to: path)
    return try LandmarkModel(contentsOf: path)
  }

  private let crops: Tensor = {
    let crops = Tensor([3, 1, 96, 96])
    var random = RandomGenerator(seed: 9)
    for i in 0..<crops.count { crops.pointer[i] = random.uniform(0...1) }
    return crops
  }()

  private func outputs(_ path: String) throws -> [Float] { try LandmarkModel(contentsOf: path).predict(crops).values }

  private func isClose(_ a: [Float], _ b: [Float]) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) < 1e-5 }
  }

  @Test func theMeanOfThree() throws {
    let paths = try (1...3).map { try model("m\($0)", seed: UInt64($0)) }
    let mean = try combined(Combination(meanOf: paths.map(Combination.Member.init)))
    let each = try paths.map(outputs)
    #expect(each[0] != each[1] && each[1] != each[2])
    #expect(isClose(mean.predict(crops).values, each[0].indices.map { (each[0][$0] + each[1][$0] + each[2][$0]) / 3 }))
    #expect(mean.landmarks.count == 15)
    #expect(mean.metadata[LandmarkModel.Key.members] == paths.joined(separator: "; "))
  }

  /// The mean of all 46 outputs; one that predicts confidences does not go together with one that does not.
  @Test func uncertaintiesAreAveraged() throws {
    let paths = try (1...2).map { try model("j\($0)", seed: UInt64($0), outputs: 46) }
    let members = try paths.map(Combination.Member.init)
    let mean = try combined(Combination(meanOf: members))
    let each = try paths.map(outputs)
    #expect(each[0].count == 3 * 46 && mean.outputs.predictsConfidence)
    #expect(isClose(mean.predict(crops).values, zip(each[0], each[1]).map { ($0 + $1) / 2 }))
    let plain = try Combination.Member(contentsOf: model("plain", seed: 3))
    #expect(
      throws: TrainingError(
        "\(paths[0]): of it and \(plain.path), one predictsConfidence how sure it is and one does not")
    ) {
      try Combination(meanOf: [plain, members[0]])
    }
    let identity = (0..<900).map { Float($0 % 31 == 0 ? 1 : 0) }
    #expect(
      throws: TrainingError("\(paths[0]): predictsConfidence how sure it is, which such a mix of points would lose")
    ) {
      try Combination([members[0]], mixes: [identity], bias: [Float](repeating: 0, count: 30))
    }
  }

  /// Eye centres from one, everything else from the other, the nose from both.
  @Test func specialistsGiveTheirOwnPoints() throws {
    let eyes = try model("eyes", seed: 1, landmarks: "eye-centers,nose")
    let rest = try model("rest", seed: 2, landmarks: "detail,bottom-lip,nose")
    let both = try combined(Combination(meanOf: [eyes, rest].map(Combination.Member.init)))
    let (a, b) = (try outputs(eyes), try outputs(rest))
    let expected = a.indices.map { i in
      switch i % 30 / 2 {
      case 0, 1: a[i]
      case 10: (a[i] + b[i]) / 2
      default: b[i]
      }
    }
    #expect(isClose(both.predict(crops).values, expected))
    #expect(both.landmarks == Array(0..<15))
  }

  @Test func whatNobodyKnowsStaysUnknown() throws {
    let eyes = try model("eyes", seed: 1, landmarks: "eye-centers")
    let alone = try combined(Combination(meanOf: [Combination.Member(contentsOf: eyes)]))
    #expect(alone.landmarks == [0, 1])
    #expect(try Array(alone.predict(crops).values[0..<4]) == Array(outputs(eyes)[0..<4]))
  }

  /// A mean of (a mean of two) and a third.
  @Test func combinationsCombine() throws {
    let paths = try (1...3).map { try model("m\($0)", seed: UInt64($0)) }
    let pair = "\(folder.path)/pair.safetensors"
    try Combination(meanOf: paths[0..<2].map(Combination.Member.init)).file().write(to: pair)
    let all = try combined(Combination(meanOf: [pair, paths[2]].map(Combination.Member.init)))
    let each = try paths.map(outputs)
    let expected = each[0].indices.map { (each[0][$0] + each[1][$0]) / 4 + each[2][$0] / 2 }
    #expect(isClose(all.predict(crops).values, expected))
  }

  /// x and y of every point change places, and 0.25 is added, by a matrix written by hand.
  @Test func anyLinearMix() throws {
    let path = try model("m", seed: 4)
    var swap = [Float](repeating: 0, count: 900)
    for i in 0..<30 { swap[i * 30 + (i ^ 1)] = 1 }
    let member = try Combination.Member(contentsOf: path)
    let swapped = try combined(Combination([member], mixes: [swap], bias: [Float](repeating: 0.25, count: 30)))
    let plain = try outputs(path)
    #expect(isClose(swapped.predict(crops).values, plain.indices.map { plain[$0 ^ 1] + 0.25 }))
  }

  @Test func modelsThatSeeOtherGrayValuesAreRefused() throws {
    let paths = [try model("a", seed: 1), try model("b", seed: 2, normalization: "standardized")]
    let error = #expect(throws: TrainingError.self) {
      try Combination(meanOf: paths.map(Combination.Member.init))
    }
    #expect(error?.description == "\(paths[1]): takes other gray values (standardized) than \(paths[0]) (unit)")
  }
}

@Suite struct SelectionTests {
  /// By hand, truth 0: a is off by (2, 2), b by (-2, -2), c by (1, 3), d by (9, 9). First a or b (RMSE 2; the first in the
  /// list); with b the mean is off by 0; nothing improves on that.
  @Test func takesWhatImprovesTheMean() {
    let steps = Selection.choose([("d", [9, 9]), ("a", [2, 2]), ("c", [1, 3]), ("b", [-2, -2])], [0, 0])
    #expect(steps.map(\.path) == ["a", "b"])
    #expect(steps.map(\.rmse) == [2, 0])
  }
}

@Suite struct RidgeRegressionTests {
  // numpy.linalg.solve(A.T @ A + l * I, A.T @ y + l * p) for the rows below, prior p = (0.5, 0.5, 0)
  @Test(
    arguments: [
      (0.01, [1.3640316099660852, -0.4128765840231213, 0.12180791535420482]),
      (1, [1.2155172413793103, -0.2672413793103451, 0.10344827586206978]),
      (100, [0.5304350665708768, 0.4451851577401897, 0.0023442092200897536]),
    ] as [(Double, [Double])])
  func solutions(lambda: Double, expected: [Double]) {
    var regression = RidgeRegression(columns: 3)
    for (row, value) in [([1, 2, 1], 1), ([2, 1, 1], 2), ([3, 5, 1], 2), ([4, 2, 1], 5)] as [([Double], Double)] {
      regression.add(row, value)
    }
    let solution = regression.solution(lambda: lambda, prior: [0.5, 0.5, 0])
    #expect(zip(solution, expected).allSatisfy { abs($0 - $1) < 1e-9 }, "\(solution)")
  }
}
