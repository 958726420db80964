/// The entries of a photo's EXIF that a copy may keep: taken out of one file and put into another. Maker notes, serial numbers and
/// previews, which would show what is hidden on the copy, are none of them.
package struct PhotoMetadata: Hashable, Sendable {
  private var main: [TIFFEntry]
  private var photo: [TIFFEntry]
  private var place: [TIFFEntry]

  static let orientationTag = 0x0112
  private static let photoPointer = 0x8769
  private static let placePointer = 0x8825
  private static let version = 0x9000

  /// - Parameter box: of a HEIF or JPEG XL file: four bytes that say how many more come before the block.
  init?(box: [UInt8]) {
    guard let gap = ByteReader(box[...], bigEndian: true).uint32(0) else { return nil }
    self.init(box.dropFirst(4 + gap))
  }

  /// Nil where there is nothing of any kind.
  /// - Parameter block: a TIFF header and directories, as in a TIFF file or an EXIF block.
  init?(_ block: ArraySlice<UInt8>) {
    guard let directory = TIFFDirectory(block) else { return nil }
    func entries(_ directory: TIFFDirectory?, _ tags: KeyPath<MetadataKind, Set<Int>>) -> [TIFFEntry] {
      let tags = MetadataKind.allCases.reduce(into: Set()) { $0.formUnion($1[keyPath: tags]) }
      return directory?.entries(tags: tags) ?? []
    }
    main = entries(directory, \.mainTags)
    let ofPhoto = directory.inner(tag: Self.photoPointer)
    photo = entries(ofPhoto, \.photoTags) + (ofPhoto?.entries(tags: [Self.version]) ?? [])
    place = entries(directory.inner(tag: Self.placePointer), \.placeTags)
    if isEmpty { return nil }
  }

  /// The focal length as on 35 mm film, in millimetres (`FocalLengthIn35mmFilm`); nil where the photo does not say.
  package var focalLength: Double? {
    // Whole numbers of two bytes; 0 is unknown.
    guard let entry = photo.first(where: { $0.tag == 0xA405 }), entry.type == 3, entry.value.count == 2 else {
      return nil
    }
    let length = Int(entry.value[0]) | Int(entry.value[1]) << 8
    return length > 0 ? Double(length) : nil
  }

  /// When the photo was taken, "2026:11:30 18:05:00" (`DateTimeOriginal`); nil where it does not say.
  package var dateTaken: String? {
    guard let entry = photo.first(where: { $0.tag == 0x9003 }), entry.type == 2 else { return nil }
    let text = String(decoding: entry.value.prefix { $0 != 0 }, as: UTF8.self)
    return text.count == 19 && text.first?.isNumber == true ? text : nil
  }

  /// What belongs to some kinds; nil when that is nothing. Copies are upright, and so is what their orientation says.
  package func keeping(_ kinds: Set<MetadataKind>) -> PhotoMetadata? {
    func kept(_ entries: [TIFFEntry], _ tags: KeyPath<MetadataKind, Set<Int>>) -> [TIFFEntry] {
      entries.filter { entry in kinds.contains { $0[keyPath: tags].contains(entry.tag) } }
    }
    var result = self
    result.main = kept(main, \.mainTags).map {
      $0.tag == Self.orientationTag ? TIFFEntry(tag: $0.tag, type: 3, count: 1, value: [1, 0]) : $0
    }
    result.photo = kept(photo, \.photoTags)
    if !result.photo.isEmpty { result.photo += photo.filter { $0.tag == Self.version } }
    result.place = kept(place, \.placeTags)
    return result.isEmpty ? nil : result
  }

  private var isEmpty: Bool { main.isEmpty && place.isEmpty && photo.allSatisfy { $0.tag == Self.version } }

  /// An encoded picture with the metadata in it; nil where its format, by file extension, cannot hold them.
  package func embedded(in file: [UInt8], as fileExtension: String) -> [UInt8]? {
    let mark = Array("Exif\0\0".utf8)
    switch fileExtension.lowercased() {
    case "jpg", "jpeg", "jpe":
      let content = mark + block
      guard content.count + 2 <= 65_535 else { return nil }
      let length = PictureInsertion.number(content.count + 2, 2)
      return PictureInsertion.inserted([0xFF, 0xE1] + length + content, intoJPEG: file)
    case "png": return PictureInsertion.inserted("eXIf", block, intoPNG: file)
    case "webp": return PictureInsertion.inserted("EXIF", block, intoWebP: file, flag: 0x08, isLast: true)
    case "tif", "tiff":
      return PictureInsertion.inserted(main, intoTIFF: file, pointers: pointers)
    default: return nil
    }
  }

  private var pointers: [(tag: Int, entries: [TIFFEntry])] {
    [(Self.photoPointer, photo), (Self.placePointer, place)].filter { !$0.1.isEmpty }
  }

  /// A TIFF header and the directories, little end first.
  private var block: [UInt8] {
    let header: [UInt8] = [0x49, 0x49, 42, 0, 8, 0, 0, 0]
    // Pointers take part in the size of the first directory, whatever they point at.
    func all(_ places: [Int]) -> [TIFFEntry] {
      main + zip(pointers, places).map { TIFFEntry(tag: $0.tag, pointingAt: $1) }
    }
    let size = TIFFEntry.directory(all(pointers.map { _ in 0 }), at: header.count).count
    var inner: [UInt8] = []
    var places: [Int] = []
    for pointer in pointers {
      let place = header.count + size + inner.count
      places.append(place)
      inner += TIFFEntry.directory(pointer.entries, at: place)
    }
    return header + TIFFEntry.directory(all(places), at: header.count) + inner
  }
}
