import FoundlingCore
import Foundation
import Testing

/// Files beside this one that hold what a report must print to the byte.
///
/// After a change that is meant, run the tests with `GOLDEN=write` and read the difference before committing it.
enum Golden {
    static func expect(_ text: String, equals name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/\(name)")
        if ProcessInfo.processInfo.environment["GOLDEN"] == "write" { try Data(text.utf8).write(to: file) }
        let golden = String(decoding: try Data(contentsOf: file), as: UTF8.self)
        guard text != golden else { return }
        let (new, old) = (text.split(separator: "\n"), golden.split(separator: "\n"))
        let line = zip(new, old).enumerated().first { $1.0 != $1.1 }?.offset ?? min(new.count, old.count)
        Issue.record(
            "\(name), line \(line + 1): '\(new.dropFirst(line).first ?? "")' is not '\(old.dropFirst(line).first ?? "")'",
            sourceLocation: sourceLocation)
    }
}
