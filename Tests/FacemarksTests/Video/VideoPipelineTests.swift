import Facemarks
import Imaging
import Testing

@Suite(.timeLimit(.minutes(1))) struct VideoPipelineTests {
  private func source(_ count: Int, breaksOff: Bool = false) throws -> FakeSource {
    let frame = try Image(width: 32, height: 18, color: Color(red: 0, green: 0, blue: 0))
    return FakeSource(Array(repeating: frame, count: count), breaksOff: breaksOff)
  }

  @Test func everyFramePassesEveryStageInOrder() throws {
    var found: [Int] = []
    var delivered: [Int] = []
    let ending = try VideoPipeline(
      source(40),
      stages: [
        VideoStage(.find) { found.append($0.position.index) },
        VideoStage(.deliver) { delivered.append($0.position.index) },
      ]
    ).run {}
    #expect(found == Array(0..<40) && delivered == found)
    #expect(ending.frames == 40 && ending.dropped == 0 && ending.lastSeconds == 39.0 / 25)
    #expect(ending.brokenOff == nil && ending.failure == nil)
  }

  @Test func framesArePassedOverAndTheRestIsTooLate() throws {
    var delivered: [Int] = []
    let stage = VideoStage(.deliver) { delivered.append($0.position.index) }
    _ = try VideoPipeline(source(40), every: 3, stages: [stage]) { $0.index < 10 }.run {}
    #expect(delivered == [0, 3, 6, 9])
  }

  @Test func aStageMayHoldFramesBack() throws {
    var held: [PipelineFrame] = []
    var delivered: [Int] = []
    let hold = VideoStage(.hide, holding: 3) { frame in
      if let frame { held.append(frame) }
      return frame == nil && !held.isEmpty || held.count > 3 ? held.removeFirst() : nil
    }
    let ending = try VideoPipeline(
      source(10), stages: [hold, VideoStage(.deliver) { delivered.append($0.position.index) }]
    ).run {}
    #expect(delivered == Array(0..<10) && ending.frames == 10)
  }

  @Test func whatWasReadBeforeTheSourceBrokeOffPasses() throws {
    let ending = try VideoPipeline(source(5, breaksOff: true), stages: [VideoStage(.deliver) { _ in }]).run {}
    #expect(ending.frames == 5 && ending.failure == nil)
    #expect(ending.brokenOff?.description == "frames: broken off")
  }

  @Test func aStageThatFailsEndsTheRun() throws {
    let failing = VideoStage(.find) { frame in
      if frame.position.index == 4 { throw ImagingError(file: "a stage", message: "no more") }
    }
    let ending = try VideoPipeline(source(1000), stages: [failing, VideoStage(.deliver) { _ in }]).run {}
    #expect((ending.failure as? ImagingError)?.message == "no more")
    #expect(ending.frames <= 4)
  }
}
