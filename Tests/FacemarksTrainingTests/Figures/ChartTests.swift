import FacemarksTraining
import Imaging
import Testing

@Suite struct TicksTests {
  /// By hand: the range divided by the count, rounded up to 1, 2 or 5 times a power of ten.
  @Test(arguments: [
    (0.0...10.0, 7, ["0", "2", "4", "6", "8", "10"]),
    (0.0...1.0, 7, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
    (-3.0...3.0, 7, ["-3", "-2", "-1", "0", "1", "2", "3"]),
    (1.2...1.9, 7, ["1.2", "1.3", "1.4", "1.5", "1.6", "1.7", "1.8", "1.9"]),
    (0.0...15.0, 10, ["0", "2", "4", "6", "8", "10", "12", "14"]),
    (0.0...3e-7, 3, ["0", "1e-7", "2e-7", "3e-7"]),
    (0.0...25_000.0, 5, ["0", "5000", "10000", "15000", "20000", "25000"]),
  ])
  func linear(range: ClosedRange<Double>, count: Int, labels: [String]) {
    let ticks = Ticks.linear(range, count: count, widens: false)
    #expect(ticks.labels.map { $0 == "0.0" ? "0" : $0 } == labels.map { $0 == "0.0" ? "0" : $0 })
    #expect(ticks.range == range)
  }

  @Test func aRangeGrowsToTheNextTicks() {
    let ticks = Ticks.linear(0.3...9.1, count: 7, widens: true)
    #expect(ticks.major == [0, 2, 4, 6, 8, 10] && ticks.range == 0...10)
  }

  @Test func decades() {
    // Four decades: 0.01, 0.1, 1, 10, 100 with 2...9 between.
    let wide = Ticks.logarithmic(0.01...100, count: 7)
    #expect(wide.labels == ["0.01", "0.1", "1", "10", "100"])
    #expect(wide.minor.count == 4 * 8)
    // Less than two decades: 1, 2 and 5.
    #expect(Ticks.logarithmic(0.9...12, count: 7).labels == ["1", "2", "5", "10"])
    // Too little for four of these: as on a linear axis.
    #expect(Ticks.logarithmic(1.1...1.4, count: 7).labels == ["1.10", "1.15", "1.20", "1.25", "1.30", "1.35", "1.40"])
    // Twenty decades, of which about seven get a tick: every third.
    let long = Ticks.logarithmic(1e-10...1e10, count: 7)
    #expect(long.major.count == 7 && long.labels.first == "1e-9" && long.labels.last == "1e9")
  }

  /// By hand: 10 is half way from 1 to 100 in decades, a quarter of 0...40.
  @Test func places() throws {
    let logarithmic = AxisMap(
      Ticks.logarithmic(1...100, count: 7), scale: .logarithmic, from: 500, to: 100)
    let middle = try #require(logarithmic.place(10))
    #expect(abs(middle - 300) < 1e-9)
    #expect(logarithmic.place(0) == nil && logarithmic.place(-1) == nil && logarithmic.place(.nan) == nil)
    let linear = AxisMap(Ticks.linear(0...40, count: 4, widens: false), scale: .linear, from: 0, to: 80)
    #expect(linear.place(10) == 20 && linear.place(.infinity) == nil)
  }

  /// Dashes of 3 with gaps of 2 around a corner after 4: 0-3, 5-8 (which is 4 to 4 and 1 to 4 on the second piece).
  @Test func dashesGoAroundCorners() {
    let corner = [Point(x: 0, y: 0), Point(x: 4, y: 0), Point(x: 4, y: 4)]
    let parts = PictureCanvas.parts(corner, dashes: [3, 2])
    #expect(parts.map(\.start) == [Point(x: 0, y: 0), Point(x: 4, y: 1)])
    #expect(parts.map(\.end) == [Point(x: 3, y: 0), Point(x: 4, y: 4)])
  }
}

@Suite struct ChartTests {
  private func count(_ picture: Image, _ color: Color) -> Int {
    let wanted = [color.red, color.green, color.blue].map { Double($0) / 255 }
    var count = 0
    for y in 0..<picture.height {
      for x in 0..<picture.width where picture.pixel(x: x, y: y) == wanted { count += 1 }
    }
    return count
  }

  private let hostile = "a<b & \"c\" \u{1}'d' > é"

  private func chart(_ scale: Chart.Axis.Scale = .linear) -> Chart {
    Chart(
      title: "A title", x: Chart.Axis("epoch"), y: Chart.Axis("RMSE", unit: "px", scale: scale),
      series: [
        Chart.Series(hostile, .line, x: [1, 2, 3, 4], y: [9, 3, 2, 1.5], color: 0),
        Chart.Series("second", .dashed, x: [1, 2, 3, 4], y: [8, .nan, 2.5, 0], color: 1),
        Chart.Series("dots", .points, x: [2], y: [3], low: [2], high: [4], color: 2),
      ])
  }

  @Test(arguments: [Chart.Axis.Scale.linear, .logarithmic])
  func svg(scale: Chart.Axis.Scale) throws {
    let svg = try chart(scale).page().svg()
    let reading = try #require(XMLText.read(svg))
    #expect(reading.texts.contains("A title") && reading.texts.contains("epoch"))
    #expect(reading.texts.contains("RMSE (px)") && reading.texts.contains("second"))
    #expect(reading.texts.contains("a<b & \"c\" \u{FFFD}'d' > é"))
    #expect(svg.contains("#0072b2") && svg.contains("#d55e00") && svg.contains("stroke-dasharray"))
    #expect(!svg.contains("nan") && !svg.contains("inf"))
  }

  @Test func picture() throws {
    let picture = try chart().page().picture()
    #expect(picture.width == 1600 && picture.height == 1000)
    // The line is 2.6 pixels wide and longer than half of the plot.
    #expect(count(picture, Color(red: 0, green: 114, blue: 178)) > 1000)
    #expect(count(picture, Color(red: 213, green: 94, blue: 0)) > 10)
    #expect(count(picture, Color(red: 0, green: 158, blue: 115)) > 50)
    #expect(count(picture, Color(red: 255, green: 255, blue: 255)) > 1_000_000)
  }

  @Test(arguments: [Chart.Axis.Scale.linear, .logarithmic])
  func valuesThatAreNoNumbersAreLeftOut(scale: Chart.Axis.Scale) throws {
    let strange: [[Double]] = [
      [], [.nan], [.infinity, -.infinity], [0], [-1, -2], [5], [5, 5, 5], [1e308, -1e308], [1e-308, 1e308],
      [.leastNonzeroMagnitude, 1], [.nan, 3, .nan], [0, 0],
    ]
    for y in strange {
      for style in [Chart.Style.line, .dashed, .points, .bars(width: 0.5)] {
        for reversed in [false, true] {
          let other = y.indices.map(Double.init)
          let series = Chart.Series(
            "s", style, x: reversed ? y : other, y: reversed ? other : y, low: y, high: y, color: 3)
          let chart = Chart(
            title: "", x: Chart.Axis("x", scale: scale), y: Chart.Axis("y", scale: scale), series: [series])
          let page = chart.page(width: 400, height: 300)
          let svg = try page.svg()
          #expect(XMLText.read(svg) != nil && !svg.contains("nan") && !svg.contains("inf"), "\(y)")
          _ = try page.picture()
        }
      }
    }
  }

  @Test func linesEndAtTheEdgeOfTheAxis() throws {
    let series = Chart.Series("", .line, x: [0, 10], y: [0, 100], color: 0)
    let chart = Chart(
      title: "", x: Chart.Axis("x", range: 0...10), y: Chart.Axis("y", range: 0...50), series: [series])
    let page = chart.page(width: 800, height: 600)
    let lines = page.marks.compactMap { mark -> [Point]? in
      guard case .line(let points, let stroke) = mark, stroke.width == 2.6 else { return nil }
      return points
    }
    let line = try #require(lines.first)
    // The line reaches 50, the end of the axis, half way: at the upper edge (30) and the middle of the plot.
    #expect(lines.count == 1 && line.count == 2 && abs(line[1].y - 30) < 1e-6)
    let plotWidth = 2 * (line[1].x - line[0].x)
    #expect(abs(line[0].x + plotWidth - 776) < 1e-6)
  }

  /// Names that are too long for a place beside the plot stand below it, and the page grows.
  @Test func manyLongNames() throws {
    let names = (0..<20).map { "run \($0) " + String(repeating: "long", count: 30) }
    let series = names.enumerated().map {
      Chart.Series($0.element, .line, x: [0, 1], y: [0, Double($0.offset)], color: $0.offset)
    }
    let page = Chart(title: "t", x: Chart.Axis("x"), y: Chart.Axis("y"), series: series).page(width: 1000, height: 600)
    #expect(page.height > 600)
    #expect(XMLText.read(try page.svg())?.texts.count { $0.hasPrefix("run ") } == 20)
    // The eighth has the first one's colour with dashes.
    let dashed = "stroke=\"#0072b2\" stroke-width=\"2.6\" stroke-linejoin=\"round\" stroke-dasharray"
    #expect(try page.svg().contains(dashed))
  }

  @Test func heatMap() throws {
    let map = HeatMap(
      title: "Missing", columns: ["left", "right"], rows: ["1", ""], rowCaption: "row", shadeCaption: "missing",
      shares: [[0, 1], [0.5, .nan]])
    let page = map.page(width: 600, height: 400)
    let reading = try #require(XMLText.read(try page.svg()))
    let texts: Set<String> = ["Missing", "left", "right", "row", "missing", "100 %"]
    #expect(texts.isSubset(of: reading.texts))
    let picture = try page.picture()
    // A quarter of the map is full, and the upper end of the scale.
    #expect(count(picture, Color(red: 8, green: 28, blue: 66)) > 10_000)
  }
}
