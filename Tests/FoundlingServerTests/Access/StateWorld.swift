import Foundation

/// A state directory that is not there yet, in a directory of its own, gone when the test is.
final class StateWorld: Sendable {
    let directory: String
    var state: String { directory + "/state" }
    var tokens: String { state + "/tokens.json" }

    init() throws {
        directory = NSTemporaryDirectory() + "/foundling-state-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    /// Permission bits of what lies at a path.
    func mode(_ path: String) -> mode_t {
        var status = stat()
        guard lstat(path, &status) == 0 else { return 0 }
        return status.st_mode & 0o7777
    }

    func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    func write(_ text: String, _ path: String) throws { try Data(text.utf8).write(to: URL(fileURLWithPath: path)) }
}

/// Seconds of an hour and of a day, as nanoseconds.
let hour: Int64 = 3_600_000_000_000
let day: Int64 = 24 * hour
