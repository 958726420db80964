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

  @Test func csv() {
    let expected = """
      file,face,box_x,box_y,box_w,box_h,confidence,one_x,one_y,other_x,other_y,one_confidence,other_confidence
      a.jpg,1,1.01,2,50.13,50,0.988,10.25,0,20,30.5,,
      a.jpg,2,101.01,2,50.13,50,0.988,110.25,0,20,30.5,,
      "b,""c"".jpg",,,,,,,,,,,,

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
    #expect(rows[0].hasSuffix(",other_confidence,hidden,doubtful"))
    #expect(
      Array(rows[1...]) == [
        "a.jpg,1,1.01,2,50.13,50,0.988,10.25,0,20,30.5,,,false,false",
        "a.jpg,2,1.01,2,50.13,50,0.988,10.25,0,20,30.5,,,true,true", "b.jpg,,,,,,,,,,,,,,",
      ])
  }

  @Test func csvHasKagglesNamesAndOrder() {
    let header = CSVWriter().documents(for: [], scheme: .kaggle15)[0].text
    #expect(header.hasPrefix("file,face,box_x,box_y,box_w,box_h,confidence,left_eye_center_x,left_eye_center_y,"))
    #expect(header.hasSuffix(",mouth_center_top_lip_confidence,mouth_center_bottom_lip_confidence\n"))
    #expect(header.split(separator: ",").count == 52)
  }

  /// Where the network says how sure it is of each point.
  @Test func confidencesOfLandmarks() {
    var photo = Self.photo("a.jpg", faces: 1)
    photo.faces[0].landmarkConfidences = [0.98765, 0.5]
    #expect(
      Self.text(JSONWriter.self, [photo])[0].text.contains(
        "[{\"name\":\"one\",\"x\":10.25,\"y\":0,\"confidence\":0.988},"
          + "{\"name\":\"other\",\"x\":20,\"y\":30.5,\"confidence\":0.5}]"))
    #expect(Self.text(CSVWriter.self, [photo])[0].text.hasSuffix(",10.25,0,20,30.5,0.988,0.5\n"))
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
