/// The parts of a path. They are found in its bytes: a slash followed by a combining accent is no slash to `Character`.
extension PathText {
  /// The folder with its slash ("" where there is none) and the name after it.
  package static func split(_ path: String) -> (folder: String, name: String) {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return ("", path) }
    let end = path.utf8.index(after: slash)
    return (String(path[..<end]), String(path[end...]))
  }

  /// The name before its last dot and the extension after it ("" where there is none, or the dot begins the name).
  package static func splitExtension(_ name: String) -> (stem: String, fileExtension: String) {
    guard let dot = name.utf8.lastIndex(of: UInt8(ascii: ".")), dot > name.utf8.startIndex else { return (name, "") }
    let end = name.utf8.index(after: dot)
    guard end < name.utf8.endIndex else { return (name, "") }
    return (String(name[..<dot]), String(name[end...]))
  }

  /// The extension of the name that ends a path, in lower case; "" where there is none.
  package static func fileExtension(_ path: String) -> String {
    splitExtension(split(path).name).fileExtension.lowercased()
  }

  /// `name` inside `folder`; an empty folder is the current one.
  package static func join(_ folder: String, _ name: String) -> String {
    folder.isEmpty || folder.utf8.last == UInt8(ascii: "/") ? folder + name : folder + "/" + name
  }
}
