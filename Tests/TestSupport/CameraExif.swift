/// EXIF as a camera writes it, by piexif 1.1.3, big end first: maker ("Acme"), model, a software, a description, an author, an
/// orientation (6), dates, exposure, a lens, a serial number ("SERIAL77"), maker notes ("MAKERNOTE"), a place and a preview ("PREVIEW").
package let cameraExif = decodeBase64(
  """
  TU0AKgAAAAgACQEOAAIAAAAMAAAAegEPAAIAAAAFAAAAhgEQAAIAAAAEQy0xAAESAAMAAAABAAYAAAExAAIAAAALAAAAiwEyAAIAAAAUAAAAlg\
  E7AAIAAAAEQW5uAIdpAAQAAAABAAAAqoglAAQAAAABAAABXQAAActBbm4gYXQgaG9tZQBBY21lAGZpcm13YXJlIDMAMjAyNjoxMTozMCAxMDoy\
  MDozMAAACYKaAAUAAAABAAABGIgnAAMAAAABAZAAAJAAAAcAAAAEMDIzMpADAAIAAAAUAAABIJARAAIAAAAHAAABNJIKAAUAAAABAAABO5J8AA\
  cAAAAJAAABQ6QxAAIAAAAJAAABTKQ0AAIAAAAIAAABVQAAAAEAAAB9MjAyNjoxMToyOSAwOTowODowNwArMDE6MDAAAAAAMgAAAAFNQUtFUk5P\
  VEVTRVJJQUw3NwBMZW5zIDUwAAAFAAAAAQAAAAQCAwAAAAEAAgAAAAJOAAAAAAIABQAAAAMAAAGbAAMAAgAAAAJFAAAAAAQABQAAAAMAAAGzAA\
  AANAAAAAEAAAAfAAAAAQAABNIAAABkAAAADQAAAAEAAAAYAAAAAQAAAAAAAAABAAMBAwADAAAAAQAGAAACAQAEAAAAAQAAAfUCAgAEAAAAAQAA\
  AAcAAAAAUFJFVklFVw==
  """)

/// A JPEG with an EXIF segment put right behind its start marker.
package func jpeg(_ bytes: [UInt8], withExif exif: [UInt8]) -> [UInt8] {
  let block = Array("Exif\0\0".utf8) + exif
  let length = block.count + 2
  return bytes[..<2] + [0xFF, 0xE1, UInt8(length >> 8), UInt8(length & 0xFF)] + block + bytes[2...]
}
