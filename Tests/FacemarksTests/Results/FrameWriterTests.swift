import Facemarks
import Imaging
import Testing

@Suite struct FrameWriterTests {
  private static let scheme = LandmarkScheme(
    name: "two", landmarks: ["one", "other"], connections: [], mirrorPairs: [])

  private static func result(frame: Int, ids: [Int]) -> FrameResult {
    FrameResult(
      frame: frame, seconds: Double(frame) / 30,
      faces: ids.map { id in
        TrackedFace(
          id: id,
          face: Face(
            box: Box(x: 1.006, y: 2, width: 50.126, height: 50), confidence: 0.98765,
            landmarks: [Point(x: 10.254, y: -0.001), Point(x: 20, y: 30.5)]))
      })
  }

  @Test(arguments: FrameWriters.all.indices)
  func everyWriterKeepsTheContract(index: Int) {
    let writer = FrameWriters.all[index]
    #expect(writer.name == writer.name.lowercased() && !writer.name.isEmpty && !writer.fileExtension.isEmpty)
    let instance = writer.init()
    let header = instance.header(scheme: Self.scheme, isHiding: false)
    #expect(header.isEmpty || header.hasSuffix("\n"))
    for ids in [[], [1], [2, 7, 9]] {
      let text = instance.lines(for: Self.result(frame: 5, ids: ids), scheme: Self.scheme)
      // A writer of events has lines only where there are some.
      if text.isEmpty, writer == BlinkWriter.self { continue }
      #expect(text.hasSuffix("\n"))
      let lines = text.split(separator: "\n")
      #expect(!lines.isEmpty && lines.count <= max(1, ids.count))
      #expect(ids.allSatisfy { text.contains(String($0)) })
    }
  }

  @Test func namesAreUnique() {
    #expect(Set(FrameWriters.all.map { $0.name }).count == FrameWriters.all.count)
  }

  // 5 / 30 = 0.1666667, by hand.
  @Test func json() {
    let writer = FrameJSONWriter()
    #expect(
      writer.lines(for: Self.result(frame: 5, ids: []), scheme: Self.scheme)
        == "{\"frame\":5,\"time\":0.166667,\"faces\":[]}\n")
    #expect(
      writer.lines(for: Self.result(frame: 0, ids: [3]), scheme: Self.scheme)
        == "{\"frame\":0,\"time\":0,\"faces\":[{\"id\":3,\"box\":{\"x\":1.01,\"y\":2,\"width\":50.13,\"height\":50},"
        + "\"confidence\":0.988,\"landmarks\":[{\"name\":\"one\",\"x\":10.25,\"y\":0},"
        + "{\"name\":\"other\",\"x\":20,\"y\":30.5}]}]}\n")
  }

  /// What is hidden says so, also where it was not found in this frame.
  @Test func hiding() {
    let face = Self.result(frame: 0, ids: [3]).faces[0].face
    let records = [
      HidingRecord(number: 3, face: face, isHidden: false),
      HidingRecord(number: 100_001, face: face, isHidden: true, isDoubtful: true, isFound: false),
    ]
    let result = FrameResult(frame: 0, seconds: 0, faces: [], hiding: records)
    let json = FrameJSONWriter().lines(for: result, scheme: Self.scheme)
    #expect(json.contains("[{\"id\":3,\"box\":{") && json.contains("},{\"id\":100001,\"box\":{"))
    #expect(json.contains("\"y\":30.5}],\"hidden\":false,\"doubtful\":false,\"found\":true}"))
    #expect(json.hasSuffix("\"hidden\":true,\"doubtful\":true,\"found\":false}]}\n"))
    let csv = FrameCSVWriter()
    #expect(csv.header(scheme: Self.scheme, isHiding: true).hasSuffix(",mouth_smile,hidden,doubtful,found\n"))
    #expect(
      csv.lines(for: result, scheme: Self.scheme)
        == "0,0,3,1.01,2,50.13,50,0.988,10.25,0,20,30.5,,\(Self.none),false,false,true\n"
        + "0,0,100001,1.01,2,50.13,50,0.988,10.25,0,20,30.5,,\(Self.none),true,true,false\n")
    let empty = FrameResult(frame: 5, seconds: 0, faces: [], hiding: [])
    #expect(csv.lines(for: empty, scheme: Self.scheme) == "5,0,,,,,,,,,,,,,,,\(Self.none)\n")
  }

  /// The columns about pose, eyes and mouth where nothing is known of them.
  private static let none = String(repeating: ",", count: 17)

  @Test func blinks() {
    var result = Self.result(frame: 5, ids: [2])
    result.blinks = [
      BlinkEvent(face: 2, isLeft: true, blink: Blink(start: 0.1, peak: 0.13333333, end: 0.2, openness: 0.0625)),
      BlinkEvent(face: 2, isLeft: false, blink: Blink(start: 0.1, peak: 0.15, end: 0.2, openness: 0)),
    ]
    #expect(BlinkWriter().header(scheme: Self.scheme, isHiding: false) == "face_id,eye,start,peak,end,openness\n")
    #expect(
      BlinkWriter().lines(for: result, scheme: Self.scheme)
        == "2,left,0.1,0.133333,0.2,0.063\n2,right,0.1,0.15,0.2,0\n")
    #expect(
      FrameJSONWriter().lines(for: result, scheme: Self.scheme).hasSuffix(
        "],\"events\":[{\"type\":\"blink\",\"id\":2,\"eye\":\"left\",\"start\":0.1,\"peak\":0.133333,\"end\":0.2,"
          + "\"openness\":0.063},{\"type\":\"blink\",\"id\":2,\"eye\":\"right\",\"start\":0.1,\"peak\":0.15,\"end\":0.2,"
          + "\"openness\":0}]}\n"))
  }

  @Test func csv() {
    let writer = FrameCSVWriter()
    #expect(
      writer.header(scheme: Self.scheme, isHiding: false)
        == "frame,timestamp,face_id,box_x,box_y,box_w,box_h,confidence,one_x,one_y,other_x,other_y,"
        + "one_confidence,other_confidence,pose_yaw,pose_pitch,pose_roll,pose_x,pose_y,pose_z,"
        + "left_eye_openness,left_eye_closed,left_eye_gaze_x,left_eye_gaze_y,right_eye_openness,right_eye_closed,"
        + "right_eye_gaze_x,right_eye_gaze_y,mouth_openness,mouth_width,mouth_smile\n")
    #expect(
      writer.lines(for: Self.result(frame: 5, ids: []), scheme: Self.scheme) == "5,0.166667,,,,,,,,,,,,\(Self.none)\n")
    #expect(
      writer.lines(for: Self.result(frame: 6, ids: [1, 12]), scheme: Self.scheme)
        == "6,0.2,1,1.01,2,50.13,50,0.988,10.25,0,20,30.5,,\(Self.none)\n"
        + "6,0.2,12,1.01,2,50.13,50,0.988,10.25,0,20,30.5,,\(Self.none)\n")
  }
}
