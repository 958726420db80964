import CBundledStickers
import Imaging

/// The pictures inside the program: assets/filters.
enum BundledStickers {
  /// The names of those with a description.
  static let filters: [String] = all.filter { $0.json_size > 0 }.map { String(cString: $0.name) }

  static func bytes(_ name: String) -> (picture: [UInt8], json: [UInt8])? {
    guard let art = all.first(where: { String(cString: $0.name) == name }) else { return nil }
    return (
      Array(UnsafeBufferPointer(start: art.picture, count: art.picture_size)),
      Array(UnsafeBufferPointer(start: art.json, count: art.json_size))
    )
  }

  /// A picture without a description.
  static func artwork(_ name: String) throws(ImagingError) -> StickerImage {
    guard let (picture, _) = bytes(name) else { throw ImagingError(file: name, message: "not in the program") }
    return try StickerImage(Image(decoding: picture, name: "\(name).png"))
  }

  private static var all: UnsafeBufferPointer<bundled_sticker> {
    UnsafeBufferPointer(start: bundled_stickers, count: bundled_stickers_count)
  }
}
