import Imaging

/// A gray picture of a value for each x and y.
package func grayPicture(_ width: Int, _ height: Int, _ value: (Int, Int) -> UInt8 = { _, _ in 128 }) -> GrayImage {
  var pixels: [UInt8] = []
  pixels.reserveCapacity(width * height)
  for y in 0..<height { for x in 0..<width { pixels.append(value(x, y)) } }
  return GrayImage(width: width, height: height, pixels: pixels)
}
