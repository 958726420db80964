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

  /// Two persons of ten pictures each cannot be split 92 : 8; the smaller one validates.
  @Test func fewPersonsStillLeaveSomeToValidate() {
    let dataset = SyntheticData.stripes(19) { sample, index in sample.person = index < 10 ? "Ann" : "Bob" }
    #expect(Split.make(dataset, seed: 1).validation == Array(10..<19))
  }

  @Test func foldsCoverEverythingOnce() {
    let dataset = SyntheticData.stripes(50) { sample, index in sample.person = "person \(index % 25)" }
    let folds = (1...5).map { Split(dataset, SplitOptions(fold: .init($0, of: 5), seed: 2)) }
    #expect(folds.flatMap(\.validation).sorted() == Array(0..<50))
    for fold in folds {
      #expect(isPartition(fold, of: 50))
      #expect(fold.validation.count == 10)
      #expect(Set(fold.training.map { $0 % 25 }).isDisjoint(with: fold.validation.map { $0 % 25 }))
    }
  }

  /// The samples held out are the same for all seeds and folds, and no copy of one takes part.
  @Test func heldOutSamplesTakeNoPart() {
    let copies = Dictionary(uniqueKeysWithValues: (50..<100).map { ($0, $0 - 50) })
    let dataset = SyntheticData.stripes(100, copies: copies)
    let first = Split(dataset, SplitOptions(holdout: 0.2, validation: 0.25, seed: 1))
    #expect((first.holdout.count, first.validation.count, first.training.count) == (20, 20, 60))
    #expect(first.copies(in: dataset) == 0)
    #expect(Split(dataset, SplitOptions(holdout: 0.2, seed: 7)).holdout == first.holdout)
    let folds = (1...4).map { Split(dataset, SplitOptions(holdout: 0.2, fold: .init($0, of: 4), seed: 3)) }
    #expect(folds.allSatisfy { $0.holdout == first.holdout && $0.copies(in: dataset) == 0 })
    #expect((folds.flatMap(\.validation) + first.holdout).sorted() == Array(0..<100))
  }

  /// By hand: half is held out of the data's own split, the rest keeps its sides.
  @Test func heldOutSamplesComeOffTheOwnSplit() {
    let dataset = SyntheticData.stripes(40) { sample, index in
      sample.split = index % 4 == 0 ? .validation : .training
    }
    let split = Split(dataset, SplitOptions(holdout: 0.5, seed: 1))
    #expect(split.holdout.count == 20)
    #expect(split.validation == (0..<40).filter { $0 % 4 == 0 && !split.holdout.contains($0) })
    #expect((split.training + split.validation + split.holdout).sorted() == Array(0..<40))
  }

  /// Three outer parts of four inner ones each: what an outer part holds out is in none of its inner ones.
  @Test func nestedFoldsKeepTheOuterPartOut() {
    let dataset = SyntheticData.stripes(60)
    let outer = (1...3).map { outer in
      (1...4).map { Split(dataset, SplitOptions(outerFold: .init(outer, of: 3), fold: .init($0, of: 4), seed: 5)) }
    }
    for inner in outer {
      #expect(Set(inner.map(\.holdout)).count == 1 && inner[0].holdout.count == 20)
      #expect((inner.flatMap(\.validation) + inner[0].holdout).sorted() == Array(0..<60))
    }
    #expect(outer.flatMap { $0[0].holdout }.sorted() == Array(0..<60))
    // The same parts as those of the plain folds.
    #expect(outer[1][0].holdout == Split(dataset, SplitOptions(fold: .init(2, of: 3), seed: 5)).validation)
  }
}
