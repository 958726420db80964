/// An 8-bit gray picture in memory: `pixels` holds `width * height` values 0...255, row by row from the top left.
package struct GrayImage: Hashable, Sendable {
  package let width: Int
  package let height: Int
  package var pixels: [UInt8]

  package init(width: Int, height: Int, pixels: [UInt8]) {
    precondition(width > 0 && height > 0 && pixels.count == width * height, "a gray picture of the wrong size")
    self.width = width
    self.height = height
    self.pixels = pixels
  }
}
