import FacemarksTraining
import Testing

@Suite struct SplitTests {
  private func isPartition(_ split: Split, of count: Int) -> Bool {
    (split.training + split.validation).sorted() == Array(0..<count)
  }

  @Test func ownSplitIsKept() {
    let dataset = SyntheticData.stripes(6) { sample, index in
      sample.split = [.training, .validation, nil][index % 3]
    }
    let split = Split.make(dataset, seed: 1)
    #expect(split == Split(training: [0, 2, 3, 5], validation: [1, 4]))
  }

  @Test func personsStayTogether() {
    let dataset = SyntheticData.stripes(60) { sample, index in sample.person = "person \(index % 20)" }
    let split = Split.make(dataset, validationShare: 0.2, seed: 1)
    #expect(isPartition(split, of: 60))
    #expect(split.validation.count == 12)
    #expect(Set(split.training.map { $0 % 20 }).isDisjoint(with: split.validation.map { $0 % 20 }))
  }

  @Test func copiesStayTogether() {
    let copies = Dictionary(uniqueKeysWithValues: (30..<60).map { ($0, $0 - 30) })
    let dataset = SyntheticData.stripes(60, copies: copies)
    for seed in 0..<5 as Range<UInt64> {
      let split = Split.make(dataset, validationShare: 0.2, seed: seed)
      #expect(isPartition(split, of: 60))
      #expect(split.validation.count == 12)
      #expect(split.copies(in: dataset) == 0)
    }
    #expect(Split(training: Array(0..<40), validation: Array(40..<60)).copies(in: dataset) == 20)
  }

  @Test func sameSeedSameSplit() {
    let dataset = SyntheticData.stripes(50)
    #expect(Split.make(dataset, seed: 4) == Split.make(dataset, seed: 4))
    #expect(Split.make(dataset, seed: 4) != Split.make(dataset, seed: 5))
    // 8 % of 50
    #expect(Split.make(dataset, seed: 4).validation.count == 4)
    #expect(Split.make(dataset, validationShare: 0, seed: 4).validation.isEmpty)
  }

  /// Two persons of ten pictures each cannot be split 92 : 8; the smaller one judges.
  @Test func fewPersonsStillLeaveSomeToValidate() {
    let dataset = SyntheticData.stripes(19) { sample, index in sample.person = index < 10 ? "Ann" : "Bob" }
    #expect(Split.make(dataset, seed: 1).validation == Array(10..<19))
  }

  @Test func foldsCoverEverythingOnce() {
    let dataset = SyntheticData.stripes(50) { sample, index in sample.person = "person \(index % 25)" }
    let folds = Split.folds(dataset, count: 5, seed: 2)
    #expect(folds.flatMap(\.validation).sorted() == Array(0..<50))
    for fold in folds {
      #expect(isPartition(fold, of: 50))
      #expect(fold.validation.count == 10)
      #expect(Set(fold.training.map { $0 % 25 }).isDisjoint(with: fold.validation.map { $0 % 25 }))
    }
  }
}
