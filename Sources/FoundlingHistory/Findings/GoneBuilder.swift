internal import FoundlingCore
internal import Foundation
internal import GRDB

/// Finds the orphans of the scan before that this one no longer has: both are gone through by path, side by side.
final class GoneBuilder {
    /// Nanoseconds that those which are gone are remembered.
    static let memory: Int64 = 90 * 86_400 * 1_000_000_000
    /// How many are remembered at most: of those that went last, the largest.
    static let limit = 100_000

    private typealias Gone = (path: Data, first: Int64, bytes: Int64)

    private let database: Database
    private let orphan: Int
    private let time: Int64
    private let earlier: EarlierFindings?
    private var orphans: RowCursor?
    private var waiting: Gone?
    private var gone: [Gone] = []

    init(_ database: Database, time: Int64, orphan: Int, _ earlier: EarlierFindings?) throws {
        (self.database, self.time, self.orphan, self.earlier) = (database, time, orphan, earlier)
        orphans = earlier?.orphans()
        advance()
    }

    /// Told of every orphan that there is now, in the order of bytes.
    func pass(_ path: Data) {
        while let next = waiting, next.path.lexicographicallyPrecedes(path) {
            keep(next)
            advance()
        }
        while let next = waiting, next.path == path { advance() }
    }

    func finish() throws {
        while let next = waiting {
            keep(next)
            advance()
        }
        cut()
        let insertion = try database.makeStatement(
            sql: "INSERT INTO gone (path, first, last, bytes) VALUES (?, ?, ?, ?)")
        for each in gone {
            try insertion.execute(arguments: [each.path, each.first, earlier?.time ?? time, each.bytes])
        }
        try takeOver(insertion, room: Self.limit - gone.count)
    }

    /// Those that were gone before, unless they are back.
    private func takeOver(_ insertion: Statement, room: Int) throws {
        guard let older = earlier?.gone(since: time.subtractingDownTo(Self.memory)) else { return }
        let isBack = try database.makeStatement(
            sql: "SELECT 1 FROM findings INDEXED BY by_path WHERE kind = ? AND path = ? LIMIT 1")
        var room = room
        while room > 0, let row = try? older.next() {
            guard let path = try? row.decode(Data.self, atIndex: 0),
                let first = try? row.decode(Int64.self, atIndex: 1),
                let last = try? row.decode(Int64.self, atIndex: 2), let bytes = try? row.decode(Int64.self, atIndex: 3)
            else { return }
            guard try Int.fetchOne(isBack, arguments: [orphan, path]) == nil else { continue }
            try insertion.execute(arguments: [path, first, last, bytes])
            room -= 1
        }
    }

    private func advance() {
        // A file that breaks off ends here: then nothing more is known to be gone.
        guard let row = try? orphans?.next(), let path = try? row.decode(Data.self, atIndex: 0),
            let first = try? row.decode(Int64.self, atIndex: 1), let bytes = try? row.decode(Int64.self, atIndex: 2)
        else {
            (orphans, waiting) = (nil, nil)
            return
        }
        waiting = (path, first, bytes)
    }

    private func keep(_ orphan: Gone) {
        gone.append(orphan)
        if gone.count >= 2 * Self.limit { cut() }
    }

    private func cut() {
        gone.sort { $0.bytes != $1.bytes ? $0.bytes > $1.bytes : $0.path.lexicographicallyPrecedes($1.path) }
        gone.removeLast(max(0, gone.count - Self.limit))
    }
}

extension Int64 {
    /// A difference that stops at the smallest number: clocks say anything.
    func subtractingDownTo(_ other: Int64) -> Int64 {
        let (difference, overflow) = subtractingReportingOverflow(other)
        return overflow ? (other > 0 ? .min : .max) : difference
    }
}
