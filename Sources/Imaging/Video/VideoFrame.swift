import CMediaShim
import COpenCVShim

/// A frame on its way from a source to a file.
///
/// Where the decoder's own pixels are 8-bit luma and chroma, upright and of standard range, they stay: the luma is what the
/// networks read, and what is drawn is put into them, so that all other pixels stay as they were. Other frames are
/// converted into blue, green, red once. Used by one thread at a time.
package final class VideoFrame: @unchecked Sendable {
  package var position = FramePosition(index: 0, seconds: 0)
  private let info: VideoInfo
  /// The decoder's pixels.
  private var own: OpaquePointer?
  private var hasOwn = false
  private var luma: Image?
  private var colored: Image?
  private var hasLuma = false
  /// Whether `colored` shows the whole frame.
  private var isColored = false

  /// For the frames of a source; memory is taken when it is needed.
  package init(_ info: VideoInfo) { self.info = info }

  deinit { if let own { media_frame_destroy(own) } }

  /// Takes the next frame of a source.
  /// - Returns: false at its end.
  package func read(from source: any FrameSource) throws(ImagingError) -> Bool {
    hasOwn = false
    hasLuma = false
    isColored = false
    if let file = source as? VideoFile {
      guard let next = try file.skip() else { return false }
      position = next
      if own == nil { own = media_frame_create() }
      if let own, file.take(own) {
        hasOwn = true
      } else {
        try file.decode(into: picture())
      }
    } else {
      guard let next = try source.read(into: picture()) else { return false }
      position = next
    }
    isColored = !hasOwn
    return true
  }

  /// What the networks read: 8-bit gray, or 8-bit colour where the frame was converted.
  package func readable() throws -> Image {
    guard hasOwn, !isColored, let own else { return try colors() }
    let picture: Image
    if let luma {
      picture = luma
    } else {
      let count = info.width * info.height
      picture = try Image(
        GrayImage(width: info.width, height: info.height, pixels: [UInt8](repeating: 0, count: count)))
      luma = picture
    }
    if !hasLuma { media_frame_gray(own, ocv_mat_data(picture.mat).assumingMemoryBound(to: UInt8.self)) }
    hasLuma = true
    return picture
  }

  /// The whole frame in 8-bit colour, with all that was drawn on it. Changing it changes the frame only where the decoder's pixels
  /// were not kept.
  package func colors() throws -> Image {
    let picture = try picture()
    if !isColored, hasOwn { try show([Box(x: 0, y: 0, width: Double(info.width), height: Double(info.height))]) }
    return picture
  }

  /// Draws on the frame.
  /// - Parameters:
  ///   - boxes: beyond which nothing is read or changed; nil for the whole frame, which is converted then.
  ///   - draw: on the frame in 8-bit colour.
  package func draw(within boxes: [Box]?, _ draw: (Image) throws -> Void) throws {
    guard hasOwn, let own, let boxes else {
      let canvas = try colors()
      hasOwn = false
      isColored = true
      return try draw(canvas)
    }
    guard !boxes.isEmpty else { return }
    try show(boxes)
    let canvas = try picture()
    try draw(canvas)
    let pixels = ocv_mat_data(canvas.mat).assumingMemoryBound(to: UInt8.self)
    for box in boxes {
      guard media_frame_put(own, region(box), pixels) else {
        throw ImagingError(file: "a frame", message: "there is no memory for it")
      }
    }
    isColored = false
  }

  /// The decoder's pixels, if the frame has them still.
  var planes: OpaquePointer? { hasOwn ? own : nil }

  private func picture() throws(ImagingError) -> Image {
    if let colored { return colored }
    do {
      let picture = try Image(frameOf: info)
      colored = picture
      return picture
    } catch {
      throw ImagingError(file: "a frame", message: "\(error)")
    }
  }

  private func show(_ boxes: [Box]) throws {
    guard let own else { return }
    let pixels = ocv_mat_data(try picture().mat).assumingMemoryBound(to: UInt8.self)
    for box in boxes { media_frame_show(own, region(box), pixels) }
  }

  private func region(_ box: Box) -> media_region {
    func edge(_ value: Double, _ limit: Int) -> Int32 { value.isFinite ? Int32(min(max(value, 0), Double(limit))) : 0 }
    let (left, top) = (edge(box.x.rounded(.down), info.width), edge(box.y.rounded(.down), info.height))
    let right = edge((box.x + box.width).rounded(.up) + 1, info.width)
    let bottom = edge((box.y + box.height).rounded(.up) + 1, info.height)
    return media_region(x: left, y: top, width: right - left, height: bottom - top)
  }
}
