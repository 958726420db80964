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
      #expect(run.output == "facemarks 0.2.0\n" && run.errors.isEmpty && run.status == 0)
    }

    @Test(arguments: [
      ([], "Missing expected argument '<input> ...'"),
      (["a.jpg", "--bogus"], "Unknown option '--bogus'"),
      (["--bogus", "a.jpg"], "Unknown option '--bogus'"),
      (["annotate", "--bogus", "a.jpg"], "Unknown option '--bogus'"),
      (["--jsn", "a.json", "a.jpg"], "Unknown option '--jsn'. Did you mean '--json'?"),
      (["--anonimise", "blur", "a.jpg"], "Unknown option '--anonimise'. Did you mean '--anonymise'?"),
      (["-x", "a.jpg"], "Unknown option '-x'"),
      (["--camra", "0"], "Unknown option '--camra'. Did you mean '--camera'?"),
      ([""], "An input has an empty name."),
      (
        ["a.jpg", "--draw", "points,ears"],
        "'ears' cannot be drawn; known are points, boxes, numbers, labels, names, connections, contours, mesh, pose."
      ),
      (["a.jpg", "--color", "mud"], "'mud' is no colour; known are #rrggbb and black, gray,"),
      (["a.jpg", "--min-size=-5"], "--min-size must be at least 1, not -5."),
      (["a.jpg", "--max-faces", "0"], "--max-faces must be at least 1, not 0."),
      (["a.jpg", "--threads", "0"], "--threads must be 1 to 256, not 0."),
      (["a.jpg", "--radius", "nan"], "--radius must be more than 0 and at most 1000, not nan."),
      (["a.jpg", "--json", "-", "--csv", "-"], "--json - and --csv - cannot both have standard output"),
      (["a.jpg", "--no-annotate", "-o", "b.jpg"], "--no-annotate marks nothing"),
      (["--camera", "0", "a.jpg"], "--camera takes its frames from a camera: leave the input out."),
      (["--camera", "0", "--start", "3"], "--start and --end are for files; a camera has --duration."),
      (["a.mp4", "--mirror"], "--mirror is for a camera: name one with --camera."),
      (["--camera", "0", "--duration", "0"], "--duration must be more than 0."),
      (["--camera", "0", "--fps", "nan"], "--fps must be more than 0 and at most 1000, not nan."),
      (["a.mp4", "--start", "1:75"], "The value '1:75' is invalid for '--start <time>'"),
      (["a.mp4", "--start", "5", "--end", "0:05"], "--end must be after --start."),
      (["a.mp4", "--every", "0"], "--every must be at least 1, not 0."),
      (["a.mp4", "--codec", "h999"], "'h999' is no codec; known are "),
      (["a.mp4", "--smooth", "much"], "The value 'much' is invalid for '--smooth <how>'"),
      (
        ["lab", "benchmark"],
        "Name what to measure: --photo FILE, --network, --filters, --video FILE or --training ARCHITECTURE."
      ),
      (["traain"], "Unknown command 'traain'; did you mean 'train'? (facemarks --help tells more)"),
      (["recal"], "Unknown command 'recal'; did you mean 'lab recall'?"),
      (["train", "--bogus"], "(facemarks train --help tells more)"),
      (["plot", "points", "--bogus"], "(facemarks plot points --help tells more)"),
      (["lab", "recall", "--bogus"], "(facemarks lab recall --help tells more)"),
      (["a.jpg", "--keep-metadata", "date,place"], "'place' is no metadata to keep; known are date, camera,"),
      (["a.jpg", "--no-annotate", "--keep-metadata", "gps"], "so --keep-metadata has nothing to do."),
      (["a.jpg", "--max-megapixels", "0"], "--max-megapixels must be 1 to 2000, not 0."),
      (["serve", "--port", "65536"], "--port must be 0 to 65535, not 65536."),
      (["serve", "--workers", "0"], "--workers must be 1 to 256, not 0."),
      (
        ["serve", "--token", "short"],
        "--token must be at least 8 letters, digits, dots, hyphens, underscores or tildes."
      ),
      (["serve", "--token", "a secret of words"], "--token must be at least 8 letters, digits,"),
      (["serve", "--host", ""], "--host needs an address, and this one is empty."),
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

      facemarks photo.jpg writes photo_marked.jpg beside it, facemarks clip.mp4
      writes clip_marked.mp4, facemarks --camera 0 shows what a webcam sees. All
      options for these: facemarks annotate --help

      Exit status:
        0  all done, also when no face was found
        1  some files failed or broke off, or no face has a number asked for
      (standard error tells), the rest is done
        2  the command line is wrong; nothing was done
        3  the only input, stream or camera is missing or cannot be read
        4  the model, the cascade or a filter is unusable
        5  a memory limit (ulimit -v) leaves too little to begin

      USAGE: facemarks [OPTIONS] INPUT...
             facemarks COMMAND [OPTIONS]

      OPTIONS:
        --version               Show the version.
        -h, --help              Show help information.

      FACES SUBCOMMANDS:
        annotate (default)      Mark the faces on photos and videos, or before a
                                camera.
        timelapse               Make a film of one person's photos, the eyes held in
                                place.
        filters                 List the filters and the ways to hide a face, or show
                                them.
        cameras                 List the cameras and their modes.
        serve                   Answer requests for faces over HTTP, with a page for
                                the webcam.

      TRAINING SUBCOMMANDS:
        train                   Train a landmark network.
        train-detector          Train the network that finds faces.
        cross-validate          Train and validate on folds, so that every face is
                                validated once.
        search                  Try values of hyper-parameters and keep the best.
        combine                 Make one model of several: ensembles and specialists.
        stack                   Put a linear second level over cross-validated
                                networks.
        baseline                Make a simple model that a network must beat.
        augment                 Write a data set with changed copies of its faces, or
                                a sheet that shows them.

      MODELS AND DATA SUBCOMMANDS:
        evaluate                Measure a model's errors on labelled faces, or those
                                of a submission.
        submit                  Write a submission for Kaggle's Facial Keypoints
                                Detection.
        summary                 List a network's layers, shapes, weights and
                                multiply-adds.
        export                  Write a network as an ONNX model, or with half the
                                precision.
        plot                    Draw learning curves, errors and predictions.
        inspect                 Tell what is in a data set: missing points,
                                duplicates, labels to look at.
        lab                     Measure speed, what is found, and how steadily.

        See 'facemarks help <subcommand>' for detailed help.
      """

    private static let annotateHelp = """
      OVERVIEW: Mark the faces on photos and videos, or before a camera.

      The command may be left out: facemarks photo.jpg, facemarks clip.mp4, facemarks
      --camera 0.

      USAGE: facemarks annotate [<options>] [<input> ...]

      ARGUMENTS:
        <input>                 Photos, videos, folders of them, patterns such as
                                '*.jpg'; streams (rtsp://...), numbered pictures
                                (%04d.png); - is standard input.

      OUTPUT:
        -o, --output <file|dir> Marked photo or video, or folder for several
                                (default: beside the input).
        --force                 Replace files that exist.
        --virtual-camera <device>
                                Show the frames of a video or camera in this device,
                                which other programs take for a camera (v4l2loopback).
        --no-annotate           Write no marked photos and videos.
        --json <file|->         Results as JSON, of a video a line per frame ('-':
                                standard output).
        --csv <file|->          Results as CSV, a row per face and frame ('-':
                                standard output).
        --csv-format <format>   The columns of --csv: plain, or openface for those of
                                OpenFace 2.2, as far as there are numbers for them.
                                (values: plain, openface; default: plain)
        --blinks <file|->       Blinks of a video as CSV, a row per eye and blink
                                ('-': standard output).
        --pts <dir>             A .pts file for every face on a photo.
        --crops <dir>           The 96x96 gray crop of every face on a photo, as PNG.
        --align <how>           Write these crops in colour and aligned instead:
                                arcface (112x112), ffhq (1024x1024), or WIDTHxHEIGHT
                                for arcface in another size.
        --landmarks <scheme>    Which landmarks are written and drawn: kaggle15,
                                ibug68, all (default: kaggle15).
        --focal <px|mm>         Focal length of the camera, for distances: in pixels,
                                or as on 35 mm film, such as 26mm (default: what the
                                photo says, else 36mm).
        --keep-metadata <items> What marked photos keep of the camera's EXIF: date,
                                camera, exposure, gps, author, description,
                                orientation, all or none (default: date,camera; with
                                --anonymise none).

      DRAWING:
        --draw <items>          What to draw: points, boxes, numbers, labels, names,
                                connections, contours, mesh, pose (default: points,
                                with filters nothing).
        --color <color>         Colour, as #rrggbb or a name (default: one for each
                                part of the face).
        --radius <px>           Radius of the points (default: grows with the face).

      FILTERS:
        --filter <name,...>     Lay something over every face; several in their
                                order. 'facemarks filters' lists them; image:PATH
                                takes your own.
        --anonymise, --anonymize <how>
                                Hide faces. (values: blur, pixelate, solid, emoji)
        --mask-scale <factor>   How much larger than the face what hides it is.
                                (default: 1.3)
        --keep-face <n,...>     Hide all but these faces, by their numbers in the
                                results.
        --only-face <n,...>     Hide only these faces.
        --thorough              Look for what is to be hidden on every frame of a
                                video as closely as on a photo, and on photos more
                                closely.
        --sheet <file>          Write a sheet of small pictures of all that was
                                hidden, to check it.

      DETECTION:
        --min-size <px>         Ignore faces smaller than this; a small number finds
                                small faces on large photos, a large one is quicker.
        --max-faces <n>         Keep only the N largest faces of a photo or frame.
        --min-confidence <p>    Drop faces that are less sure to be one, 0 to 1
                                (default: 0.25 on photos).
        --cascade <file>        Find faces with this Haar cascade of OpenCV's,
                                instead of the built-in detector.
        --model <name>          A weight file, a run's folder, or a built-in model:
                                compact (default), accurate, dense, open.

      VIDEO:
        --codec <name>          Codec of the marked video: h264, mpeg4, hevc, xvid,
                                mjpeg, vp8, vp9, gif, webp (default: by its
                                extension).
        --quality <n>           Quality of the marked video, 1 to 100. (default: 75)
        --no-audio              Leave out the sound, subtitles and chapters.
        --start <time>          Begin there: seconds or hh:mm:ss.
        --end <time>            End there: seconds or hh:mm:ss.
        --every <n>             Take only every Nth frame. (default: 1)
        --smooth <how>          Smooth the points over time. (values: none, ema,
                                one-euro; default: one-euro)
        --preview/--no-preview  Show the frames in a window: q ends it, s saves a
                                still (default: only for a camera without --output).

      CAMERA:
        --camera <n|device>     Take the frames of a camera: its number or device;
                                'facemarks cameras' lists them.
        --width <px>            Width of its frames.
        --height <px>           Height of its frames.
        --fps <rate>            Its frames per second.
        --mirror                Mirror its frames, as people see themselves.
        --duration <time>       Stop after that time (default: Ctrl-C): seconds or
                                hh:mm:ss.

      RUNNING:
        --threads <n>           Photos worked on at the same time (default: one per
                                processor).
        --fail-on-no-face       Exit with status 1 when a photo or video has no face.
        -q, --quiet             Report nothing but failures.
        -v, --verbose           Log what happens.

      OPTIONS:
        -r, --recursive         Look into the folders of a folder too.
        --max-megapixels <n>    Refuse photos with more than so many million pixels,
                                before they take the memory. (default: 500)
        --version               Show the version.
        -h, --help              Show help information.
      """
  }
}
