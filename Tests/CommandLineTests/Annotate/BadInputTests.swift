import Files
import Glibc
import Imaging
import TestSupport
import Testing

/// A run with what it must print and return, word for word.
struct ExpectedRun: Sendable, CustomTestStringConvertible {
  var name: String
  var arguments: [String]
  var status: Int32
  var output = ""
  var errors = ""
  /// Files there must be afterwards besides those there were.
  var made: [String] = []
  var prepare: @Sendable (TemporaryFolder) throws -> Void

  var testDescription: String { name }

  func check() throws {
    let folder = try TemporaryFolder()
    try prepare(folder)
    let before = try folder.files()
    let run = try ProgramRun.facemarks(arguments, in: folder)
    #expect(run.output == output)
    #expect(run.errors == errors)
    #expect(run.status == status)
    #expect(try folder.files() == (before + made).sorted())
  }
}

extension ProgramTests {
  @Suite struct BadInputTests {
    @Test(arguments: unreadable) func unreadableInputs(row: ExpectedRun) throws { try row.check() }
    @Test(arguments: unusual) func unusualInputs(row: ExpectedRun) throws { try row.check() }
    @Test(arguments: unwritable) func outputsThatCannotBe(row: ExpectedRun) throws { try row.check() }

    static let unreadable: [ExpectedRun] = [
      ExpectedRun(
        name: "missing file", arguments: ["missing.jpg"], status: 3,
        errors: "missing.jpg: cannot read: No such file or directory\n"
      ) { _ in },
      ExpectedRun(
        name: "pattern without a match", arguments: ["*.jpg"], status: 3,
        errors: "*.jpg: cannot read: No such file or directory\n"
      ) { _ in },
      ExpectedRun(
        name: "one of two missing", arguments: ["missing.jpg", "a.jpg"], status: 1,
        output: "a.jpg: 1 face -> a_marked.jpg\n",
        errors: "missing.jpg: cannot read: No such file or directory\n1 of 2 inputs failed\n", made: ["a_marked.jpg"]
      ) { try $0.add("a.jpg", SamplePhoto.encoded("jpg")) },
      ExpectedRun(
        name: "empty file", arguments: ["empty.jpg"], status: 3, errors: "empty.jpg: the file is empty\n"
      ) { try $0.add("empty.jpg", []) },
      ExpectedRun(
        name: "truncated JPEG", arguments: ["cut.jpg"], status: 3,
        errors: "cut.jpg: the JPEG is truncated: it ends before its end marker; get a complete copy\n"
      ) { folder in
        let whole = try SamplePhoto.encoded("jpg")
        try folder.add("cut.jpg", Array(whole.prefix(whole.count / 2)))
      },
      ExpectedRun(
        name: "HEIC cut off", arguments: ["a.heic"], status: 3,
        errors: "a.heic: not a whole HEIC that libheif can read (Invalid input: No 'meta' box)\n"
      ) { try $0.add("a.heic", Array(#require(heifFiles["plain.heic"]).prefix(300))) },
      ExpectedRun(
        name: "HEIC as output", arguments: ["a.jpg", "-o", "x.heic"], status: 2,
        errors:
          "x.heic: the output has an extension I cannot write: end it with .png or .jpg, or with / for a folder\n"
      ) { try $0.add("a.jpg", SamplePhoto.encoded("jpg")) },
      ExpectedRun(
        name: "more pixels than allowed", arguments: ["a.jpg", "--max-megapixels", "1"], status: 3,
        errors: "a.jpg: it has more than 1 million pixels; --max-megapixels allows more\n"
      ) {
        try $0.add(
          "a.jpg", Image(width: 1001, height: 1000, color: Color(red: 9, green: 9, blue: 9)).encoded(as: "jpg"))
      },
      ExpectedRun(
        name: "text named .jpg", arguments: ["text.jpg"], status: 3,
        errors: "text.jpg: not a picture OpenCV can read\n"
      ) { try $0.add("text.jpg", Array("This is no picture.\n".utf8)) },
      ExpectedRun(
        name: "folder without pictures", arguments: ["folder"], status: 3,
        errors: "folder: no pictures or videos in this folder\n"
      ) { try $0.add("folder/notes.txt", Array("none\n".utf8)) },
      ExpectedRun(
        name: "pictures by content, and what is left out by name", arguments: ["folder"], status: 1,
        output: "folder/b.jfif: 1 face -> folder/b_marked.png\nfolder/plain: 1 face -> folder/plain_marked.png\n",
        errors: "folder/c.exr: is a picture of the format OpenEXR, which cannot be read; convert it to JPEG or PNG\n"
          + "folder/gone.jpg: cannot read: No such file or directory\n2 of 4 inputs failed\n",
        made: ["folder/b_marked.png", "folder/plain_marked.png"]
      ) { folder in
        for name in ["b.jfif", "plain"] { try folder.add("folder/\(name)", SamplePhoto.encoded("jpg")) }
        try folder.add("folder/c.exr", [0x76, 0x2F, 0x31, 0x01] + [UInt8](repeating: 0, count: 40))
        try folder.add("folder/notes.txt", Array("none\n".utf8))
        #expect(symlink("nowhere.jpg", folder.file("folder/gone.jpg")) == 0)
      },
      ExpectedRun(
        name: "folder with pictures further down", arguments: ["folder"], status: 3,
        errors: "folder: no pictures or videos in this folder; -r looks into its folders too\n"
      ) { try $0.add("folder/inner/a.jpg", SamplePhoto.encoded("jpg")) },
      ExpectedRun(
        name: "unusable cascade", arguments: ["a.jpg", "--cascade", "a.jpg"], status: 4,
        errors: "a.jpg: not a usable Haar cascade (Input file is invalid)\n"
      ) { try $0.add("a.jpg", SamplePhoto.encoded("jpg")) },
      ExpectedRun(
        name: "missing cascade", arguments: ["a.jpg", "--cascade", "none.xml"], status: 4,
        errors: "none.xml: there is no such cascade\n"
      ) { try $0.add("a.jpg", SamplePhoto.encoded("jpg")) },
      ExpectedRun(
        name: "missing model", arguments: ["a.jpg", "--model", "none.safetensors"], status: 4,
        errors: "none.safetensors: cannot read: No such file or directory\n"
      ) { try $0.add("a.jpg", SamplePhoto.encoded("jpg")) },
      ExpectedRun(
        name: "unusable model", arguments: ["a.jpg", "--model", "none.safetensors"], status: 4,
        errors: "none.safetensors: not a usable weight file: it has 3 bytes, too few for a safetensors header\n"
      ) {
        try $0.add("a.jpg", SamplePhoto.encoded("jpg"))
        try $0.add("none.safetensors", [1, 2, 3])
      },
    ]

    static let unusual: [ExpectedRun] = [
      ExpectedRun(
        name: "kinds by content where names say something else, and what a folder holds beside files",
        arguments: ["in"],
        status: 1,
        output: "in/photo.mp4: 1 face -> in/photo_marked.png\nin/still.jpg: no face -> in/still_marked.jpg\n"
          + "in/film: 2 frames, 2 with a face -> in/film_marked.mp4\n",
        errors: "in: 1 folder in it passed over without -r\n"
          + "in/pipe.jpg: no file but a pipe, a socket or a device; name it to have it read\n1 of 4 inputs failed\n",
        made: ["in/film_marked.mp4", "in/photo_marked.png", "in/still_marked.jpg"]
      ) { folder in
        try folder.add("in/photo.mp4", SamplePhoto.encoded("jpg"))
        // GIF89a: one black pixel.
        let gif: [UInt8] = [
          0x47, 0x49, 0x46, 0x38, 0x39, 0x61, 1, 0, 1, 0, 0x80, 0, 0, 0, 0, 0, 255, 255, 255, 0x2C, 0, 0, 0, 0, 1, 0, 1,
          0, 0,
          2, 2, 0x44, 1, 0, 0x3B,
        ]
        try folder.add("in/still.jpg", gif)
        try folder.add("in/deeper/a.jpg", SamplePhoto.encoded("jpg"))
        try folder.add("in/notes", Array("none\n".utf8))
        try SampleVideo.write(to: folder.file("clip.mp4"), frames: 2)
        folder.link("in/film", to: "clip.mp4")
        #expect(mkfifo(folder.file("in/pipe.jpg"), 0o600) == 0)
      },
      ExpectedRun(
        name: "a link to a folder", arguments: ["in", "-r"], status: 0, output: "in/a.jpg: 1 face -> in/a_marked.jpg\n",
        errors: "in/up: a link to a folder, passed over; name it to have it read\n", made: ["in/a_marked.jpg"]
      ) { folder in
        try folder.add("in/a.jpg", SamplePhoto.encoded("jpg"))
        #expect(symlink("..", folder.file("in/up")) == 0)
      },
      ExpectedRun(
        name: "1x1", arguments: ["dot.png"], status: 0, output: "dot.png: no face -> dot_marked.png\n",
        made: ["dot_marked.png"]
      ) { try $0.add("dot.png", SamplePhoto.plain(width: 1, height: 1)) },
      ExpectedRun(
        name: "20000x20000", arguments: ["huge.png", "--no-annotate"], status: 0, output: "huge.png: no face\n"
      ) { try $0.add("huge.png", SamplePhoto.plain(width: 20000, height: 20000)) },
      ExpectedRun(
        name: "CMYK JPEG", arguments: ["print.jpg"], status: 0, output: "print.jpg: no face -> print_marked.jpg\n",
        made: ["print_marked.jpg"]
      ) { try $0.add("print.jpg", PictureBytes.cmykJPEG) },
      ExpectedRun(
        name: "no face, which was not to be", arguments: ["dot.png", "--fail-on-no-face"], status: 1,
        output: "dot.png: no face -> dot_marked.png\n", made: ["dot_marked.png"]
      ) { try $0.add("dot.png", SamplePhoto.plain(width: 1, height: 1)) },
      ExpectedRun(
        name: "a name with spaces, unicode and a newline", arguments: ["my phötö\n你.jpg"], status: 0,
        output: "my phötö\\n你.jpg: 1 face -> my phötö\\n你_marked.jpg\n", made: ["my phötö\n你_marked.jpg"]
      ) { try $0.add("my phötö\n你.jpg", SamplePhoto.encoded("jpg")) },
      ExpectedRun(
        name: "a name that is not UTF-8", arguments: [PathText.text([0x61, 0xFF, 0xFE, 0x2E, 0x6A, 0x70, 0x67])],
        status: 0,
        output: "a\\xff\\xfe.jpg: 1 face -> a\\xff\\xfe_marked.jpg\n",
        made: [PathText.text([0x61, 0xFF, 0xFE] + Array("_marked.jpg".utf8))]
      ) { try $0.add(PathText.text([0x61, 0xFF, 0xFE, 0x2E, 0x6A, 0x70, 0x67]), SamplePhoto.encoded("jpg")) },
      ExpectedRun(
        name: "input given twice", arguments: ["a.jpg", "./a.jpg", "a.jpg", "."], status: 0,
        output: "a.jpg: 1 face -> a_marked.jpg\n", made: ["a_marked.jpg"]
      ) { try $0.add("a.jpg", SamplePhoto.encoded("jpg")) },
      ExpectedRun(
        name: "no extension", arguments: ["photo"], status: 0, output: "photo: 1 face -> photo_marked.png\n",
        made: ["photo_marked.png"]
      ) { try $0.add("photo", SamplePhoto.encoded("jpg")) },
      ExpectedRun(
        name: "a format that is read but not written here", arguments: ["a.pgm"], status: 0,
        output: "a.pgm: 1 face -> a_marked.png\n", made: ["a_marked.png"]
      ) { folder in
        let header = Array("P5\n256 256\n255\n".utf8)
        try folder.add("a.pgm", header + SamplePhoto.face.pixels)
      },
      ExpectedRun(
        name: "a name that begins with a dash", arguments: ["--no-annotate", "--", "-r.jpg"], status: 0,
        output: "-r.jpg: 1 face\n"
      ) { try $0.add("-r.jpg", SamplePhoto.encoded("jpg")) },
    ]

    static let unwritable: [ExpectedRun] = [
      ExpectedRun(
        name: "an output that exists", arguments: ["a.jpg", "b.jpg"], status: 1,
        output: "b.jpg: 1 face -> b_marked.jpg\n",
        errors: "a.jpg: a_marked.jpg exists already; --force replaces it\n1 of 2 inputs failed\n",
        made: ["b_marked.jpg"]
      ) {
        for name in ["a.jpg", "b.jpg"] { try $0.add(name, SamplePhoto.encoded("jpg")) }
        try $0.add("a_marked.jpg", [1])
      },
      ExpectedRun(
        name: "an output that exists, with --force", arguments: ["a.jpg", "--force"], status: 0,
        output: "a.jpg: 1 face -> a_marked.jpg\n"
      ) {
        try $0.add("a.jpg", SamplePhoto.encoded("jpg"))
        try $0.add("a_marked.jpg", [1])
      },
      ExpectedRun(
        name: "results that exist", arguments: ["a.jpg", "--no-annotate", "--json", "r.json"], status: 1,
        errors: "r.json exists already; --force replaces it\n"
      ) {
        try $0.add("a.jpg", SamplePhoto.encoded("jpg"))
        try $0.add("r.json", [1])
      },
      ExpectedRun(
        name: "never over an input", arguments: ["a.jpg", "b.jpg", "--force", "--json", "./b.jpg"], status: 2,
        errors: "./b.jpg: this output is one of the inputs; give it another name or folder\n"
      ) { for name in ["a.jpg", "b.jpg"] { try $0.add(name, SamplePhoto.encoded("jpg")) } },
      ExpectedRun(
        name: "never over a link's target", arguments: ["a.jpg", "--force", "-o", "c.jpg"], status: 2,
        errors: "c.jpg: this output is one of the inputs; give it another name or folder\n"
      ) {
        try $0.add("a.jpg", SamplePhoto.encoded("jpg"))
        $0.link("c.jpg", to: "a.jpg")
      },
      ExpectedRun(
        name: "two inputs, one output", arguments: ["x/a.jpg", "y/a.jpg", "-o", "out"], status: 2,
        errors: "out/a_marked.jpg: both x/a.jpg and y/a.jpg would write this file; "
          + "run them separately or into different folders\n"
      ) { for name in ["x/a.jpg", "y/a.jpg"] { try $0.add(name, SamplePhoto.encoded("jpg")) } },
      ExpectedRun(
        name: "two inputs that differ in their extension",
        arguments: ["a.ppm", "a.webp", "-o", "out/", "--pts", "pts"],
        status: 0, output: "a.ppm: 1 face -> out/a_marked.ppm\na.webp: 1 face -> out/a_marked.webp\n",
        made: ["out/a_marked.ppm", "out/a_marked.webp", "pts/a.pts", "pts/a.webp.pts"]
      ) { for name in ["ppm", "webp"] { try $0.add("a.\(name)", SamplePhoto.encoded(name)) } },
      ExpectedRun(
        name: "a GIF with a single picture is a photo", arguments: ["still.gif"], status: 0,
        output: "still.gif: no face -> still_marked.png\n", made: ["still_marked.png"]
      ) {
        // By GIF89a: a screen of 1 x 1, two colours, one picture whose pixel has the first colour.
        try $0.add(
          "still.gif",
          Array("GIF89a".utf8) + [
            1, 0, 1, 0, 0x80, 0, 0, 255, 0, 0, 0, 0, 0, 0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0, 0x3B,
          ])
      },
      ExpectedRun(
        name: "two inputs, one marked file", arguments: ["a.ras", "a.jp2", "-o", "out/"], status: 0,
        output: "a.ras: 1 face -> out/a_marked.png\na.jp2: 1 face -> out/a.jp2_marked.png\n",
        made: ["out/a.jp2_marked.png", "out/a_marked.png"]
      ) {
        try $0.add("a.ras", SamplePhoto.encoded("jpg"))
        try $0.add("a.jp2", SamplePhoto.encoded("jpg"))
      },
      ExpectedRun(
        name: "an output without a known extension", arguments: ["a.jpg", "-o", "marked.xyz"], status: 2,
        errors:
          "marked.xyz: the output has an extension I cannot write: end it with .png or .jpg, or with / for a folder\n"
      ) { try $0.add("a.jpg", SamplePhoto.encoded("jpg")) },
      ExpectedRun(
        name: "several photos into one file", arguments: ["a.jpg", "b.jpg", "-o", "c.jpg"], status: 2,
        errors: "c.jpg: several inputs need a folder for their output, and this is a file\n"
      ) { for name in ["a.jpg", "b.jpg"] { try $0.add(name, SamplePhoto.encoded("jpg")) } },
      ExpectedRun(
        name: "a full disk for results", arguments: ["a.jpg", "--no-annotate", "--csv", "/dev/full"], status: 1,
        output: "a.jpg: 1 face\n", errors: "/dev/full: cannot write: No space left on device\n"
      ) { try $0.add("a.jpg", SamplePhoto.encoded("jpg")) },
      ExpectedRun(
        name: "a folder that is a file", arguments: ["a.jpg", "--crops", "b/c"], status: 1,
        errors: "b: cannot write: it is a file, not a folder\n"
      ) {
        try $0.add("a.jpg", SamplePhoto.encoded("jpg"))
        try $0.add("b", [1])
      },
    ]
  }
}
