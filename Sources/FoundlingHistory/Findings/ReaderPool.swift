internal import GRDB
internal import Synchronization

/// A few connections to one file that never changes.
///
/// All are opened at once: once a newer scan has removed the file's name nobody could open it any more.
final class ReaderPool: Sendable {
    private let queues: [DatabaseQueue]
    /// How many wait for, or use, each of them.
    private let users: Mutex<[Int]>

    init(_ file: String, connections: Int = 4) throws {
        queues = try (0..<connections).map { _ in try Self.connect(file) }
        users = Mutex(Array(repeating: 0, count: connections))
    }

    func read<T>(_ body: (Database) throws -> T) throws -> T {
        let index = users.withLock { users in
            let index = users.indices.min { users[$0] < users[$1] } ?? 0
            users[index] += 1
            return index
        }
        defer { users.withLock { $0[index] -= 1 } }
        return try queues[index].read(body)
    }

    /// A connection that takes no lock and looks for no journal.
    static func connect(_ file: String) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.label = "findings"
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA cache_size = -8192")
            // Only some hundred rows are ever sorted, the rest fall out on the way.
            try database.execute(sql: "PRAGMA temp_store = MEMORY")
        }
        return try DatabaseQueue(path: uri(file) + "?mode=ro&immutable=1", configuration: configuration)
    }

    /// A path as SQLite reads it in a URI, whatever is in it.
    private static func uri(_ file: String) -> String {
        var text = "file:"
        for byte in file.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"):
                text.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                text += (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
            }
        }
        return text
    }
}
