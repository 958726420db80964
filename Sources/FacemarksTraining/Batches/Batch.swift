/// Crops and their targets, ready for a network.
package struct Batch: Sendable {
  /// Which batch of which epoch it is, both counted from 0.
  package let epoch: Int
  package let index: Int
  /// The number of crops.
  package let count: Int
  /// `count * 96 * 96` normalised values, crop by crop, row by row (NCHW with one channel).
  package let pixels: [Float]
  /// `count * 30` values: (px - 48) / 48 of each landmark's x and y in crop pixels; 0 where missing.
  package let targets: [Float]
  /// `count * 30` values: how much each target counts; 0 where missing.
  package let weights: [Float]
  /// `count` values: 1 where the crop shows a face, 0 where not.
  package let faces: [Float]
  /// The sample that each crop shows, as an index into the data set.
  package let indices: [Int]
}
