import Imaging

/// The path of a file of the repository.
package func repositoryFile(_ path: String) -> String {
  let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
  return "\(root)/\(path)"
}

/// The path of a file in the `assets` folder of the repository.
package func asset(_ name: String) -> String { repositoryFile("assets/\(name)") }

/// The bytes of EXIF with an orientation: a TIFF header and a directory of one entry.
package func exifBlock(orientation: UInt8, bigEndian: Bool = true) -> [UInt8] {
  bigEndian
    ? [0x4D, 0x4D, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0]
    : [0x49, 0x49, 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0, 0, 0, 0, 0]
}

/// A JPEG with an EXIF segment put right behind its start marker.
package func jpeg(_ bytes: [UInt8], withOrientation orientation: UInt8, bigEndian: Bool = true) -> [UInt8] {
  jpeg(bytes, withExif: exifBlock(orientation: orientation, bigEndian: bigEndian))
}
