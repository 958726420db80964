import Facemarks
import Files
import Imaging
import TestSupport
import Testing

extension ProgramTests {
  /// How sure the program is of what it finds, and whether it is right.
  @Suite struct ConfidenceCommandTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func run(_ arguments: String...) throws -> ProgramRun {
      try ProgramRun.facemarks(arguments, in: folder)
    }

    private func text(_ name: String) throws -> String {
      String(decoding: try Files.read(folder.file(name)), as: UTF8.self)
    }

    /// A data set of the astronaut's face, labelled as the program marks the whole photo, and of a part of the photo without
    /// a face.
    /// - Parameter shift: how far to the right of its labels the points placed by hand are, in pixels; nil: there are none.
    /// - Returns: The x and y of the labels, in turn.
    @discardableResult private func addData(shift: Double? = nil) throws -> [Double] {
      let box = Box(x: 152, y: 42, width: 144, height: 144)
      let photo = try Image(decoding: SamplePhoto.bytes, name: "astronaut.png").gray()
      func crop(_ box: Box) throws -> [UInt8] {
        let (width, height) = (Int(box.width), Int(box.height))
        let map = Affine(a: 1, b: 0, c: 0, d: 1, tx: box.x, ty: box.y)
        return try Image(photo.warped(by: map, width: width, height: height)).encoded(as: "png")
      }
      try folder.add("data/me/face.png", crop(box))
      try folder.add(
        "data/nonfaces.tar",
        TarText.archive([
          ("no/random_a_0.png", try crop(Box(x: 340, y: 340, width: 144, height: 144)))
        ]))
      try folder.add("astronaut.png", SamplePhoto.bytes)
      let marked = try run("astronaut.png", "--csv", "points.csv", "--no-annotate", "-q")
      #expect(marked.status == 0, "\(marked.errors)")
      let table = try text("points.csv").split(separator: "\n").map { $0.split(separator: ",").map(String.init) }
      let names = LandmarkScheme.kaggle15.landmarks.flatMap { ["\($0)_x", "\($0)_y"] }
      let points = try names.map { name in
        let column = try #require(table[0].firstIndex(of: name))
        return try #require(Double(table[1][column])) - (name.hasSuffix("_x") ? box.x : box.y)
      }
      let manual = names.map { "manual_\($0)" }
      let header = ["file", "set", "person", "split", "quality", "pose"] + names + manual
      let row =
        ["me/face.png", "me", "", "", "1", ""] + points.map { "\($0)" }
        + points.enumerated().map { index, value in shift.map { "\(index % 2 == 0 ? value + $0 : value)" } ?? "" }
      try folder.add(
        "data/labels.csv", Array((header.joined(separator: ",") + "\n" + row.joined(separator: ",") + "\n").utf8))
      return points
    }

    /// Labels that lie two pixels beside the points placed by hand: by 200 % over the distance of the eyes.
    @Test func labelsAgainstPointsPlacedByHand() throws {
      let points = try addData(shift: 2)
      let evaluation = try run("evaluate", "--data", "data", "--manual")
      #expect(evaluation.status == 0, "\(evaluation.errors)")
      let cells = try #require(evaluation.output.split(separator: "\n").last).split(separator: " ").map(String.init)
      let eyes = Point(x: points[0], y: points[1]).distance(to: Point(x: points[2], y: points[3]))
      #expect(cells.count == 4 && cells[0] == "all" && cells[1] == "1")
      #expect(abs((Double(cells[2]) ?? 0) - 200 / eyes) < 0.006)
      let model = try #require(Double(cells[3]))
      #expect(model > 1 && model < 15)
      #expect(try !run("evaluate", "--data", "data").output.contains("faces with all labels"))
    }

    /// The face is found whatever is asked; turned, dark and small it still gets about the points of the whole photo.
    @Test func facesThatAreHardToSee() throws {
      try addData()
      let recall = try run("recall", "data", "--confidences", "0", "--confidences", "1")
      #expect(recall.status == 0, "\(recall.errors)")
      let lines = recall.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
      #expect(recall.output.hasPrefix("1 faces, of which any search finds 1; 1 pictures without a face\n"))
      #expect(lines[2].suffix(3).prefix(2) == ["100.00", "100.00"])
      #expect(lines[3].suffix(3).prefix(2) == ["100.00", "100.00"])
      // Nothing is as sure as that.
      #expect(lines[4].suffix(3) == ["0.00", "0.00", "0"])

      let robust = try run("robustness", "data")
      #expect(robust.status == 0, "\(robust.errors)")
      for line in robust.output.split(separator: "\n").dropFirst() {
        let cells = line.split(separator: " ").suffix(6)
        #expect(cells.first == "1", "\(line)")
        let error = try #require(Double(cells[cells.endIndex - 2]))
        let limit = line.hasPrefix("as they are") ? 4 : line.contains("turned by 45") ? 60 : 14
        #expect(error < Double(limit), "\(line)")
      }
      #expect(robust.output.contains("\nturned by 45 degrees ") && robust.output.contains("\nfaces of 40 px "))
      #expect(robust.output.contains("\nwith drawn sunglasses ") && robust.output.contains("\nwith a drawn beard "))
    }

    /// A network that says the same of everything: 24 faces, each with 15 points, of which it claims 0.905 of being a face.
    @Test func chartsOfConfidence() throws {
      try folder.add("spots.csv", FaceTable.bytes(rows: 24))
      try folder.add("same.safetensors", ConstantModel.bytes(x: 40, y: 50, face: 0.905))
      func chart(_ kind: String, _ more: [String] = []) throws -> [String] {
        let plot = try ProgramRun.facemarks(
          [
            "plot", "confidence", "same.safetensors", "--data", "spots.csv", "--kind", kind, "-o", "\(kind).svg",
            "--table", "\(kind).csv",
          ] + more, in: folder)
        #expect(plot.status == 0 && plot.output == "-> \(kind).svg\n-> \(kind).csv\n", "\(plot.errors)")
        #expect(try text("\(kind).svg").contains("<svg"))
        return try text("\(kind).csv").split(separator: "\n").map(String.init)
      }
      // No eyes but in one place 1 px apart: a tenth of that is 0.1 px, at a scale of 1 px: 1 - 1.1 exp(-0.1) = 0.00468.
      let points = try chart("points").dropFirst().map { $0.split(separator: ",").compactMap { Double($0) } }
      #expect(points.count == 10 && points.allSatisfy { abs($0[1] - 0.00468) < 1e-4 })
      let faces = try chart("faces").dropFirst().map { $0.split(separator: ",").compactMap { Double($0) } }
      #expect(faces.allSatisfy { abs($0[1] - 0.905) < 1e-6 && $0[2] == 1 })
      let threshold = try chart("threshold")
      // What is reported is the one times the other.
      #expect(threshold.count == 102 && threshold[1].hasPrefix("0,1,") && threshold[2].hasPrefix("0.01,0,"))
      #expect(try chart("errors").count == 11)
      try folder.add("plain.safetensors", ConstantModel.bytes(x: 40, y: 50))
      let plain = try run("plot", "confidence", "plain.safetensors", "--data", "spots.csv", "-o", "z.svg")
      #expect(plain.status == 4)
      #expect(plain.errors == "plain.safetensors: does not say how sure it is; train it with --nonfaces\n")
    }
  }
}
