import Facemarks
import FacemarksTraining
import Testing

@Suite struct HyperparameterSearchTests {
  private func search() throws -> HyperparameterSearch {
    var base = RunConfiguration()
    base.architecture = Vo.name
    return try HyperparameterSearch(
      base: base,
      axes: [.init("rate", ["0.1", "0.01"]), .init("blocks", ["1", "2", "3"]), .init("filters", ["8", "16"])])
  }

  /// Every one of 2 x 3 x 2; the lowest score is that of the configuration with rate 0.01, 2 blocks, 16 filters.
  @Test func gridTriesEverything() throws {
    var tried: [String] = []
    let best = try search().grid { trial in
      tried.append(trial.name)
      return trial.name == "rate-0.01_blocks-2_filters-16" ? 1 : 2
    }
    #expect(tried.count == 12 && Set(tried).count == 12)
    #expect(best?.configuration.architecture == "vo:blocks=2,filters=16")
    #expect(best?.configuration.rate == 0.01)
  }

  /// 2 + 3 + 2 trials, each axis at the best of those before it.
  @Test func greedyGoesAxisByAxis() throws {
    let scores = [
      "rate-0.1": 5.0, "rate-0.01": 4, "rate-0.01_blocks-1": 6, "rate-0.01_blocks-2": 3, "rate-0.01_blocks-3": 7,
      "rate-0.01_blocks-2_filters-8": 2, "rate-0.01_blocks-2_filters-16": 8,
    ]
    var tried: [String] = []
    let best = try search().greedy { trial in
      tried.append(trial.name)
      return scores[trial.name]
    }
    #expect(Set(tried) == Set(scores.keys) && tried.count == 7)
    #expect(best?.name == "rate-0.01_blocks-2_filters-8")
    #expect(best?.configuration.architecture == "vo:blocks=2,filters=8")
  }

  @Test func nilEndsIt() throws {
    var count = 0
    let best = try search().greedy { _ in
      count += 1
      return count < 3 ? 1 : nil
    }
    #expect(best == nil && count == 3)
  }

  @Test(arguments: [("depth", "1"), ("rate", "fast"), ("blocks", "9"), ("optimizer", "magic")])
  func whatCannotBeIsRefusedBeforeAnyTrial(name: String, value: String) {
    var base = RunConfiguration()
    base.architecture = Vo.name
    #expect(throws: (any Error).self) { try HyperparameterSearch(base: base, axes: [.init(name, [value])]) }
  }

  /// A series reads its data anew for a trial whose data are others: whatever `readData` depends on, and nothing else.
  @Test func trialsOnOtherDataAreKnown() {
    var changed = [RunConfiguration](repeating: RunConfiguration(), count: 4)
    changed[0].data = "other"
    changed[1].crops = .detector
    changed[2].manualShare = 1
    changed[3].nonfaces = "others.tar"
    for configuration in changed { #expect(configuration.dataChoice != RunConfiguration().dataChoice) }
    var same = RunConfiguration()
    (same.threads, same.rate, same.seed) = (7, 0.5, 9)
    #expect(same.dataChoice == RunConfiguration().dataChoice)
  }
}
