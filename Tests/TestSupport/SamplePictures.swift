import Imaging

/// The path of a file in the `assets` folder of the repository.
public func asset(_ name: String, here: String = #filePath) -> String {
  let root = here.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
  return "\(root)/assets/\(name)"
}
