import TestSupport
import Testing

extension ProgramTests {
  @Suite struct HelpTests {
    /// Words only: the terminal's width decides where lines break.
    private func words(_ text: String) -> [Substring] { text.split(whereSeparator: \.isWhitespace) }

    private func run(_ arguments: [String]) throws -> ProgramRun {
      try ProgramRun.facemarks(arguments, in: TemporaryFolder())
    }

    @Test(arguments: [["--help"], ["-h"], ["help"]])
    func help(arguments: [String]) throws {
      let run = try run(arguments)
      #expect(run.status == 0 && run.errors.isEmpty)
      #expect(words(run.output) == words(Self.help))
    }

    @Test(arguments: [["annotate", "--help"], ["help", "annotate"]])
    func helpForPhotos(arguments: [String]) throws {
      let run = try run(arguments)
      #expect(run.status == 0 && run.errors.isEmpty)
      #expect(words(run.output) == words(Self.annotateHelp))
    }

    @Test func version() throws {
      let run = try run(["--version"])
      #expect(run.output == "facemarks 0.1.0\n" && run.errors.isEmpty && run.status == 0)
    }

    @Test(arguments: [
      ([], "Missing expected argument '<input> ...'"),
      (["a.jpg", "--bogus"], "Unknown option '--bogus'"),
      ([""], "An input has an empty name."),
      (
        ["a.jpg", "--draw", "points,ears"],
        "'ears' cannot be drawn; known are points, boxes, labels, names, connections."
      ),
      (["a.jpg", "--color", "mud"], "'mud' is no colour; known are #rrggbb and black, gray,"),
      (["a.jpg", "--min-size=-5"], "--min-size must be at least 1, not -5."),
      (["a.jpg", "--max-faces", "0"], "--max-faces must be at least 1, not 0."),
      (["a.jpg", "--threads", "0"], "--threads must be 1 to 256, not 0."),
      (["a.jpg", "--radius", "nan"], "--radius must be more than 0 and at most 1000, not nan."),
      (["a.jpg", "--json", "-", "--csv", "-"], "--json - and --csv - cannot both have standard output"),
      (["a.jpg", "--no-annotate", "-o", "b.jpg"], "--no-annotate writes no marked photos"),
      (["a.jpg", "-q", "-v"], "--quiet and --verbose exclude each other."),
    ])
    func usage(arguments: [String], text: String) throws {
      let run = try run(arguments)
      #expect(run.errors.contains(text))
      #expect(
        run.errors.hasPrefix("facemarks: ") && run.errors.split(separator: "\n").count == 1 && run.output.isEmpty
          && run.status == 2)
    }

    private static let help = """
      OVERVIEW: Marks the landmarks of faces: eyes, eyebrows, nose and mouth.

      facemarks photo.jpg writes photo_marked.jpg beside it. All options for photos:
      facemarks annotate --help

      Exit status:
        0  all done, also when no face was found
        1  some files failed (each is named on standard error), the rest is done
        2  the command line is wrong; nothing was done
        3  the only input is missing or unreadable
        4  the model or the cascade is unusable

      USAGE: facemarks [OPTIONS] INPUT...
             facemarks COMMAND [OPTIONS]

      OPTIONS:
        --version               Show the version.
        -h, --help              Show help information.

      SUBCOMMANDS:
        annotate (default)      Mark the faces on photos.
        cameras                 List the cameras and their modes.
        train                   Train a landmark network.
        evaluate                Measure a network's errors on labelled faces.
        detectors               Compare OpenCV's frontal Haar cascades and their
                                settings.
        benchmark               Measure speed on this machine.

        See 'facemarks help <subcommand>' for detailed help.
      """

    private static let annotateHelp = """
      OVERVIEW: Mark the faces on photos.

      The command may be left out: facemarks photo.jpg.

      USAGE: facemarks annotate [<options>] <input> ...

      ARGUMENTS:
        <input>                 Photos, folders of photos, or patterns such as
                                '*.jpg'.

      OUTPUT:
        -o, --output <file|dir> Marked photo, or folder for marked photos (default:
                                beside the input).
        --force                 Replace files that exist.
        --no-annotate           Write no marked photos.
        --json <file|->         All results as JSON ('-': standard output).
        --csv <file|->          All results as CSV, a row per face ('-': standard
                                output).
        --pts <dir>             A .pts file for every face.
        --crops <dir>           The 96x96 gray crop of every face as PNG.

      DRAWING:
        --draw <items>          What to draw: points, boxes, labels, names,
                                connections.
        --color <color>         Colour, as #rrggbb or a name.
        --radius <px>           Radius of the points (default: grows with the face).

      DETECTION:
        --min-size <px>         Ignore faces smaller than this; a small number finds
                                small faces on large photos.
        --max-faces <n>         Keep only the N largest faces of a photo.
        --cascade <file>        Haar cascade for face detection (default:
                                haarcascade_frontalface_alt2.xml).
        --model <file>          Landmark network (default: the one built in).

      RUNNING:
        --threads <n>           Photos worked on at the same time (default: one per
                                processor).
        --fail-on-no-face       Exit with status 1 when a photo has no face.
        -q, --quiet             Report nothing but failures.
        -v, --verbose           Log what happens.

      OPTIONS:
        -r, --recursive         Look into the folders of a folder too.
        --version               Show the version.
        -h, --help              Show help information.
      """
  }
}
