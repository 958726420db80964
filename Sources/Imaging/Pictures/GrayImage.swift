/// An 8-bit gray picture in memory: `pixels` holds `width * height` values 0...255, row by row from the top left.
public struct GrayImage: Hashable, Sendable {
  public let width: Int
  public let height: Int
  public var pixels: [UInt8]

  public init(width: Int, height: Int, pixels: [UInt8]) {
    precondition(width > 0 && height > 0 && pixels.count == width * height, "a gray picture of the wrong size")
    self.width = width
    self.height = height
    self.pixels = pixels
  }
}
