import Files
import Testing

@Suite struct PathTextTests {
  /// Valid, cut short, overlong, a surrogate, past the last character, and the private characters used for escaping.
  private static let names: [[UInt8]] = [
    Array("plain/ä 你\n".utf8), [], [0xFF], [0x61, 0xC3], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80],
    [0xF0, 0x9F, 0x99], [0x80, 0x61, 0x80], [0xF4, 0x8F, 0x9F, 0xBF], [0xF4, 0x8F, 0x9C, 0x80, 0xFE], Array(1...255),
  ]

  @Test(arguments: names)
  func anyBytesComeBack(bytes: [UInt8]) {
    #expect(PathText.bytes(PathText.text(bytes)) == bytes)
    #expect(PathText.text(PathText.bytes(PathText.text(bytes))) == PathText.text(bytes))
  }

  @Test func messagesAreOneLine() {
    #expect(PathText.printable(PathText.text([0x61, 0xFF, 0x0A, 0x09, 0x1B, 0x62])) == "a\\xff\\n\\t\\x1bb")
    #expect(PathText.printable("a\u{202E}gpj.exe\u{2028}b") == "a\\u{202e}gpj.exe\\u{2028}b")
    #expect(PathText.unicode(PathText.text([0x61, 0xFF, 0x62])) == "a\u{FFFD}b")
  }

  @Test func partsOfPaths() {
    #expect(PathText.split("a/b/c.d") == ("a/b/", "c.d"))
    #expect(PathText.split("c") == ("", "c"))
    #expect(PathText.split("a/") == ("a/", ""))
    #expect(PathText.split("a/\u{301}b") == ("a/", "\u{301}b"))
    #expect(PathText.splitExtension("a.b.JPG") == ("a.b", "JPG"))
    #expect(PathText.splitExtension(".hidden") == (".hidden", ""))
    #expect(PathText.splitExtension("dot.") == ("dot.", ""))
    #expect(PathText.join("", "a") == "a")
    #expect(PathText.join("b", "a") == "b/a")
    #expect(PathText.join("b/", "a") == "b/a")
  }
}
