import FacemarksTraining
import Files
import Foundation
import TestSupport
import Testing

@Suite struct CurveTests {
  private func history(_ lines: [String], name: String = "run") throws -> RunHistory {
    try RunHistory(lines.joined(separator: "\n") + "\n", path: "history.csv", name: name)
  }

  @Test func columnsAreFoundByName() throws {
    let old = try history(["epoch,loss,val_rmse", "1,0.5,3", "2,0.25,2", "3,0.2,2.5"], name: "old")
    #expect(old["loss"] == [0.5, 0.25, 0.2] && old["val_rmse"] == [3, 2, 2.5] && old["val_loss"] == nil)
    let new = try history(["val_loss,epoch,loss,rmse,val_rmse", "0.4,1,0.5,,6", "0.3,2,nan,4,5"], name: "new")
    let curves = LearningCurves([old, new], metric: .loss)
    #expect(curves.runsWithout.isEmpty)
    #expect(
      curves.table == """
        run,epoch,loss,val_loss,best
        old,1,0.5,,0
        old,2,0.25,,1
        old,3,0.2,,0
        new,1,0.5,0.4,0
        new,2,,0.3,1

        """)
    let rmse = LearningCurves([old, new], metric: .rmse)
    #expect(rmse.table.contains("new,2,4,5,1\n") && rmse.table.contains("new,1,,6,0\n"))
    #expect(LearningCurves([old, new], metric: .mae).runsWithout == ["old", "new"])
    let styles = rmse.chart.series.map(\.style)
    // Old: validation and its best epoch; new: training, validation, best epoch.
    #expect(styles == [.line, .points, .dashed, .line, .points])
    #expect(rmse.chart.series.map(\.color) == [0, 0, 1, 1, 1])
    #expect(rmse.chart.y.scale == .logarithmic && rmse.chart.y.caption == "RMSE (px of 96)")
  }

  @Test func runsOfOneNameAreNumbered() throws {
    let run = try history(["epoch,loss", "1,1"])
    #expect(LearningCurves([run, run], metric: .loss).chart.series.map(\.name).contains("run (2)"))
  }

  @Test(arguments: [
    ("", "no column 'epoch'"), ("loss\n1", "no column 'epoch'"), ("epoch,loss\n", "no epoch yet"),
    ("epoch,loss\n1", "history.csv:2: 1 fields, but the first line has 2"),
    ("epoch,loss\n1,low", "history.csv:2: loss is \"low\", not a number"),
    ("epoch,loss,loss\n1,2,3", "two columns have one name"),
  ])
  func badHistories(text: String, words: String) {
    let error = #expect(throws: TrainingError.self) { try RunHistory(text, path: "history.csv", name: "run") }
    #expect(error?.description.contains(words) == true)
  }

  @Test func aRunsFolderGetsItsCurves() throws {
    let folder = try TemporaryFolder()
    try folder.add(
      "history.csv", "epoch,loss,rmse,val_loss,val_rmse\n1,0.5,4,0.6,5\n2,0.1,2,0.2,3\n3,0.05,1,0.3,3.5\n")
    try RunFigures.write(folder: folder.path)
    let svg = String(decoding: try Files.read("\(folder.path)/curves.svg"), as: UTF8.self)
    #expect(svg.contains(">Loss over the epochs<") && svg.contains(">RMSE over the epochs<"))
    #expect(svg.contains(">training<") && svg.contains(">validation<") && svg.contains(">best epoch<"))
    #expect(try Files.read("\(folder.path)/curves.png").prefix(4) == [0x89, 0x50, 0x4E, 0x47])
  }
}
