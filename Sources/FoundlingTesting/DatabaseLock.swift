internal import Foundation
internal import GRDB

/// Another program that holds a database's write lock.
package final class DatabaseLock {
    private let queue: DatabaseQueue

    package init(_ path: String) throws {
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.unsafeReentrantWrite { try $0.execute(sql: "BEGIN EXCLUSIVE") }
    }

    package func release() throws {
        try queue.unsafeReentrantWrite { try $0.execute(sql: "COMMIT") }
        try queue.close()
    }
}

/// Another program that has a database open, so that its write-ahead log stays.
package final class OpenDatabase {
    private let queue: DatabaseQueue

    package init(_ path: String, _ sql: String) throws {
        queue = try DatabaseQueue(path: path)
        try queue.writeWithoutTransaction { try $0.execute(sql: sql) }
    }

    package func close() { try? queue.close() }
}
