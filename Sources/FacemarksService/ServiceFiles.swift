import CServicePage
import Hummingbird

/// The files inside the program: the page, and what it and other programs load.
enum ServiceFiles {
  private static let types = [
    "html": "text/html; charset=utf-8", "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8",
    "json": "application/json",
  ]

  /// A route for each.
  static var routes: [Route] {
    let files = ["page.css", "page.js", "api.js", "draw.js", "files.js", "live.js"].map { ("/" + $0, $0) }
    return ([("/", "page.html")] + files).compactMap { path, name in
      text(name).map { route(path, $0, name) }
    } + [description].compactMap { $0 }
  }

  /// The OpenAPI with the schema of results in its place.
  private static var description: Route? {
    guard let text = self.text("openapi.json"), let schema = self.text("faces.schema.json") else { return nil }
    return route(
      "/openapi.json", text.replacing("\"docs/schema/faces.schema.json\"", with: schema, maxReplacements: 1),
      "openapi.json")
  }

  private static func route(_ path: String, _ text: String, _ name: String) -> Route {
    let type = types[name.split(separator: ".").last.map { String($0) } ?? ""] ?? "text/plain"
    return Route(path: path) { _, _ in .text(text, type) }
  }

  /// Nil for a name that is none of them.
  private static func text(_ name: String) -> String? {
    let all = UnsafeBufferPointer(start: service_files, count: service_files_count)
    return all.first { String(cString: $0.name) == name }.map { file in
      String(decoding: UnsafeBufferPointer(start: file.bytes, count: file.size), as: UTF8.self)
    }
  }
}
