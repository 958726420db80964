import Facemarks
import Files
import Imaging
import Testing

@Suite struct ResultWriterTests {
  private static let scheme = LandmarkScheme(
    name: "two", landmarks: ["one", "other"], connections: [], mirrorPairs: [])

  private static func photo(_ file: String, faces: Int) -> PhotoResult {
    PhotoResult(
      file: file, stem: "photo", width: 640, height: 480,
      faces: (0..<faces).map { index in
        let start = Double(index * 100)
        return Face(
          box: Box(x: start + 1.006, y: 2, width: 50.126, height: 50), confidence: 0.98765,
          landmarks: [Point(x: start + 10.254, y: -0.001), Point(x: 20, y: 30.5)])
      })
  }

  private static func text(_ writer: any ResultWriter.Type, _ photos: [PhotoResult]) -> [ResultDocument] {
    writer.init().documents(for: photos, scheme: scheme)
  }

  @Test(arguments: ResultWriters.all.indices)
  func everyWriterKeepsTheContract(index: Int) {
    let writer = ResultWriters.all[index]
    #expect(writer.name == writer.name.lowercased() && !writer.name.isEmpty)
    for faces in 0...3 {
      let photos = [
        Self.photo("a \"quoted\",\nname.jpg", faces: faces), Self.photo(PathText.text([0x66, 0xFF]), faces: 1),
      ]
      switch writer.target {
      case .file:
        let documents = Self.text(writer, photos)
        #expect(documents.count == 1 && documents.allSatisfy { $0.path.isEmpty })
        #expect(Self.text(writer, []).count == 1)
      case .folder:
        for photo in photos {
          let documents = Self.text(writer, [photo])
          #expect(Set(documents.map(\.path)).count == documents.count)
          #expect(documents.allSatisfy { $0.path.hasPrefix(photo.stem) })
        }
      }
      for document in Self.text(writer, photos) {
        #expect(document.text.hasSuffix("\n"))
        #expect(!document.text.unicodeScalars.contains { $0.value >= 0x10F700 })
        #expect(Self.text(writer, photos).contains(document))
      }
    }
  }

  @Test func namesAreUnique() {
    #expect(Set(ResultWriters.all.map { $0.name }).count == ResultWriters.all.count)
  }

  @Test func json() {
    let expected = """
      {"version":1,"images":[
      {"file":"a.jpg","width":640,"height":480,"faces":[\
      {"box":{"x":1.01,"y":2,"width":50.13,"height":50},"confidence":0.988,\
      "landmarks":[{"name":"one","x":10.25,"y":0},{"name":"other","x":20,"y":30.5}]}]},
      {"file":"b.jpg","width":640,"height":480,"faces":[]}
      ]}

      """
    let photos = [Self.photo("a.jpg", faces: 1), Self.photo("b.jpg", faces: 0)]
    #expect(Self.text(JSONWriter.self, photos)[0].text == expected)
    #expect(Self.text(JSONWriter.self, [])[0].text == "{\"version\":1,\"images\":[]}\n")
  }

  /// The columns about pose, eyes and mouth, and how they are where nothing is known of them.
  private static let readings =
    "pose_yaw,pose_pitch,pose_roll,pose_x,pose_y,pose_z,left_eye_openness,left_eye_closed,left_eye_gaze_x,left_eye_gaze_y,"
    + "right_eye_openness,right_eye_closed,right_eye_gaze_x,right_eye_gaze_y,mouth_openness,mouth_width,mouth_smile"
  private static let none = String(repeating: ",", count: 17)

  /// Where the network gives the 68 points. The numbers of the turned head are those of a quarter turn, by hand.
  @Test func poseEyesAndMouth() {
    var photo = Self.photo("a.jpg", faces: 1)
    photo.faces[0].pose = HeadPose(
      yaw: 12.34, pitch: -5, roll: 0, rotation: [0, 0, 1, 0, -1, 0, 1, 0, 0], translation: [0.1, -0.02, 0.75])
    photo.faces[0].leftEye = EyeState(lidRatio: 0.28, openness: 0.9, isClosed: false, gaze: Point(x: 0.1, y: -0.2))
    photo.faces[0].rightEye = EyeState(lidRatio: 0.1, openness: 0, isClosed: true, gaze: nil)
    photo.faces[0].mouth = MouthShape(openness: 0.5, width: 0.6, smile: 0.125)
    let json = Self.text(JSONWriter.self, [photo])[0].text
    #expect(
      json.contains(
        ",\"pose\":{\"yaw\":12.3,\"pitch\":-5,\"roll\":0,\"rotation\":[0,0,1,0,-1,0,1,0,0],\"translation\":[0.1,-0.02,0.75]},"
          + "\"left_eye\":{\"openness\":0.9,\"closed\":false,\"lid_ratio\":0.28,\"gaze_x\":0.1,\"gaze_y\":-0.2},"
          + "\"right_eye\":{\"openness\":0,\"closed\":true,\"lid_ratio\":0.1},"
          + "\"mouth\":{\"openness\":0.5,\"width\":0.6,\"smile\":0.125}}"))
    let csv = Self.text(CSVWriter.self, [photo])[0].text
    #expect(csv.hasSuffix(",12.3,-5,0,0.1,-0.02,0.75,0.9,false,0.1,-0.2,0,true,,,0.5,0.6,0.125\n"))
  }

  /// A head that looks 30 degrees to the right of the picture, by hand: -0.524 radians about an axis that points down; metres are
  /// millimetres. Points of iBUG alone, counted from 1 in .pts as by MATLAB.
  @Test func filesOfOtherPrograms() {
    let (c, s) = (0.75.squareRoot(), 0.5)
    var photo = Self.photo("a.jpg", faces: 1)
    photo.faces[0].landmarks = (0..<85).map { Point(x: Double($0), y: 100 + Double($0)) }
    photo.faces[0].pose = HeadPose(
      yaw: 30, pitch: 0, roll: 0, rotation: [c, 0, s, 0, -1, 0, s, 0, -c], translation: [0.1, -0.02, 0.75])
    let lines = OpenFaceWriter().documents(for: [photo], scheme: .full)[0].text.split(separator: "\n")
    let header = lines[0].split(separator: ",")
    let fields = lines[1].split(separator: ",")
    let values = Dictionary(uniqueKeysWithValues: zip(header, fields))
    #expect(header.count == fields.count && header.count == 3 + 6 + 2 * 68)
    #expect(values["pose_Tx"] == "100" && values["pose_Ty"] == "-20" && values["pose_Tz"] == "750")
    #expect(values["pose_Rx"] == "0" && values["pose_Ry"] == "-0.524" && values["pose_Rz"] == "0")
    #expect(values["x_0"] == "15" && values["y_67"] == "182")
    let pts = PTSWriter().documents(for: [photo], scheme: .full)[0].text
    #expect(pts.hasPrefix("version: 1\nn_points: 68\n{\n16 116\n") && pts.hasSuffix("\n83 183\n}\n"))
  }

  @Test func csv() {
    let expected = """
      file,face,box_x,box_y,box_w,box_h,confidence,one_x,one_y,other_x,other_y,one_confidence,other_confidence,\(Self.readings)
      a.jpg,1,1.01,2,50.13,50,0.988,10.25,0,20,30.5,,\(Self.none)
      a.jpg,2,101.01,2,50.13,50,0.988,110.25,0,20,30.5,,\(Self.none)
      "b,""c"".jpg",,,,,,,,,,,,\(Self.none)

      """
    let photos = [Self.photo("a.jpg", faces: 2), Self.photo("b,\"c\".jpg", faces: 0)]
    #expect(Self.text(CSVWriter.self, photos)[0].text == expected)
  }

  /// Doubtful places follow the faces; all say their numbers and whether they are hidden.
  @Test func hiding() {
    var photo = Self.photo("a.jpg", faces: 1)
    let face = photo.faces[0]
    photo.hiding = [
      HidingRecord(number: 1, face: face, isHidden: false),
      HidingRecord(number: 2, face: face, isHidden: true, isDoubtful: true),
    ]
    let json = Self.text(JSONWriter.self, [photo])[0].text
    #expect(json.contains("[{\"number\":1,\"box\":{") && json.contains("},{\"number\":2,\"box\":{"))
    #expect(json.contains("\"y\":30.5}],\"hidden\":false,\"doubtful\":false}"))
    #expect(json.hasSuffix("\"hidden\":true,\"doubtful\":true}]}\n]}\n"))
    var empty = Self.photo("b.jpg", faces: 0)
    empty.hiding = []
    let rows = Self.text(CSVWriter.self, [photo, empty])[0].text.split(separator: "\n")
    #expect(rows[0].hasSuffix(",other_confidence,\(Self.readings),hidden,doubtful"))
    #expect(
      Array(rows[1...]) == [
        "a.jpg,1,1.01,2,50.13,50,0.988,10.25,0,20,30.5,,\(Self.none),false,false",
        "a.jpg,2,1.01,2,50.13,50,0.988,10.25,0,20,30.5,,\(Self.none),true,true",
        "b.jpg,,,,,,,,,,,,,,\(Self.none)",
      ])
  }

  @Test func csvHasKagglesNamesAndOrder() {
    let header = CSVWriter().documents(for: [], scheme: .kaggle15)[0].text
    #expect(header.hasPrefix("file,face,box_x,box_y,box_w,box_h,confidence,left_eye_center_x,left_eye_center_y,"))
    #expect(header.hasSuffix(",mouth_center_top_lip_confidence,mouth_center_bottom_lip_confidence,\(Self.readings)\n"))
    #expect(header.split(separator: ",").count == 52 + 17)
  }

  /// Where the network says how sure it is of each point.
  @Test func confidencesOfLandmarks() {
    var photo = Self.photo("a.jpg", faces: 1)
    photo.faces[0].landmarkConfidences = [0.98765, 0.5]
    #expect(
      Self.text(JSONWriter.self, [photo])[0].text.contains(
        "[{\"name\":\"one\",\"x\":10.25,\"y\":0,\"confidence\":0.988},"
          + "{\"name\":\"other\",\"x\":20,\"y\":30.5,\"confidence\":0.5}]"))
    #expect(Self.text(CSVWriter.self, [photo])[0].text.hasSuffix(",10.25,0,20,30.5,0.988,0.5\(Self.none)\n"))
  }

  @Test func pts() {
    let documents = Self.text(PTSWriter.self, [Self.photo("a.jpg", faces: 3)])
    #expect(documents.map(\.path) == ["photo.pts", "photo_2.pts", "photo_3.pts"])
    #expect(documents[1].text == "version: 1\nn_points: 2\n{\n110.254 -0.001\n20 30.5\n}\n")
  }

  @Test(arguments: [
    ("plain", "\"plain\""), ("a\"b\\c/d", "\"a\\\"b\\\\c/d\""), ("\n\r\t", "\"\\n\\r\\t\""),
    ("\u{0}\u{1B}\u{1F}\u{7F}", "\"\\u0000\\u001b\\u001f\\u007f\""), ("é 你 🙂 e\u{301}", "\"é 你 🙂 e\u{301}\""),
    ("\r\n", "\"\\r\\n\""), ("\u{2028}", "\"\\u2028\""), ("", "\"\""),
  ])
  func jsonStrings(text: String, expected: String) {
    #expect(Array(JSONText.string(text).utf8) == Array(expected.utf8))
  }

  @Test(arguments: [
    ("plain", "plain"), ("a b", "a b"), ("a,b", "\"a,b\""), ("say \"hi\"", "\"say \"\"hi\"\"\""), ("a\nb", "\"a\nb\""),
    ("a\r\nb", "\"a\r\nb\""), ("", ""),
  ])
  func csvFields(text: String, expected: String) { #expect(CSVWriter.field(text) == expected) }

  @Test func jsonHasNoInfinity() { #expect(JSONText.number(-.infinity, places: 2) == "null") }
}
