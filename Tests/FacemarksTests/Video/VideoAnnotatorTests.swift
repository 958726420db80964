import Facemarks
import Imaging
import Testing

/// A disc that moves through a video, as a fake detector and a fake network see it.
@Suite(.timeLimit(.minutes(1))) struct VideoAnnotatorTests {
  private func pipeline() -> FacePipeline {
    FacePipeline(
      detector: DiscDetector(), model: DiscPredictor(),
      profile: CascadeProfile(correction: .identity, scoreOfHalf: 0, scoreSpread: 1))
  }

  private func picture(_ number: Int) throws -> Image {
    try DiscFace.frame([DiscFace(x: 80 + 2 * Double(number), y: 100, side: 60)])
  }

  private func annotator(_ effects: FaceEffects, search: HidingSearch? = nil) throws -> VideoAnnotator {
    VideoAnnotator(
      FakeSource(try (0..<12).map(picture)),
      tracker: FaceTracker(pipeline: pipeline(), settings: .init(smoothing: .none)), effects: effects,
      search: search)
  }

  @Test func facesAreReportedAndDrawn() throws {
    var results: [FrameResult] = []
    var frames: [Image] = []
    let output = VideoAnnotator.Output(
      report: { results.append($0) }, deliver: { frames.append(try $0.colors().copy()) })
    let overlay = Overlay(items: [.points, .boxes])
    let annotator = try annotator(FaceEffects(overlay: overlay))
    #expect(annotator.rate == 25)
    let ending = try annotator.pipeline(to: output).run {}
    #expect(ending.failure == nil && ending.frames == 12)
    #expect(results.map(\.frame) == Array(0..<12) && frames.count == 12)
    #expect(results.allSatisfy { $0.faces.map(\.id) == [1] && $0.hiding == nil })
    for (number, frame) in frames.enumerated() {
      let expected = try overlay.draw(results[number].faces.map(\.face), scheme: .kaggle15, on: picture(number))
      #expect(try frame.encoded(as: "png") == expected.encoded(as: "png"))
    }
  }

  @Test func hiddenFacesAreReportedAndShown() throws {
    var results: [FrameResult] = []
    var shown: [Int] = []
    var hidden = 0
    let output = VideoAnnotator.Output(
      report: { results.append($0) },
      showHidden: { record, _, position in
        #expect(record.number == 1)
        shown.append(position.index)
      },
      deliver: { frame in
        let middle = try frame.colors().pixel(x: 80 + 2 * frame.position.index, y: 100)
        if middle != [220.0 / 255, 220.0 / 255, 220.0 / 255] { hidden += 1 }
      })
    let effects = FaceEffects(anonymiser: try Anonymiser(.solid), overlay: Overlay(items: []))
    let ending = try annotator(effects, search: HidingSearch(pipeline())).pipeline(to: output).run {}
    #expect(ending.failure == nil && ending.frames == 12 && hidden == 12)
    #expect(results.map(\.frame) == Array(0..<12))
    #expect(results.allSatisfy { $0.hiding?.contains { $0.number == 1 && $0.isHidden } == true })
    // Only once in so short a time.
    #expect(shown == [0])
  }
}
