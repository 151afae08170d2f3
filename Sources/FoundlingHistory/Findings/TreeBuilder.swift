internal import FoundlingCore
internal import Foundation
internal import GRDB

/// Sums orphans up by directory, in one pass by path: what lies below a directory comes in one piece, so that only the
/// directories on the way to the present path are in memory.
final class TreeBuilder {
    /// Of each directory so many are kept one by one: no picture shows more.
    static let limit = 1000

    private typealias Node = (name: [UInt8], bytes: UInt64, count: Int, isEntry: Bool)

    /// A directory that the present path lies below.
    private struct Level {
        /// With a slash behind it, but for the root's.
        let prefix: [UInt8]
        let name: [UInt8]
        var bytes: UInt64 = 0
        var count = 0
        var nodes: [Node] = []

        mutating func add(_ node: Node) {
            bytes = bytes.addingUpTo(node.bytes)
            count += node.count
            nodes.append(node)
            if nodes.count >= 2 * TreeBuilder.limit { cut() }
        }

        mutating func cut() {
            nodes.sort { $0.bytes != $1.bytes ? $0.bytes > $1.bytes : $0.name.lexicographicallyPrecedes($1.name) }
            nodes.removeLast(max(0, nodes.count - TreeBuilder.limit))
        }
    }

    private var levels = [Level(prefix: [], name: [])]
    private var next: Int64 = 1
    private let directories: Statement
    private let nodes: Statement

    init(_ database: Database) throws {
        directories = try database.makeStatement(sql: "INSERT INTO directories VALUES (?, ?, ?, ?)")
        nodes = try database.makeStatement(sql: "INSERT INTO nodes VALUES (?, ?, ?, ?, ?, ?)")
    }

    func add(_ path: [UInt8], bytes: UInt64) throws {
        while levels.count > 1, !path.starts(with: levels[levels.count - 1].prefix) { try leave() }
        var rest = path[levels[levels.count - 1].prefix.count...]
        while let slash = rest.firstIndex(of: .slash) {
            levels.append(Level(prefix: Array(path[...slash]), name: Array(rest[..<slash])))
            rest = rest[(slash + 1)...]
        }
        levels[levels.count - 1].add((Array(rest), bytes, 1, true))
    }

    func finish() throws {
        while levels.count > 1 { try leave() }
        try write(levels[0])
    }

    private func leave() throws {
        let level = levels.removeLast()
        try write(level)
        levels[levels.count - 1].add((level.name, level.bytes, level.count, false))
    }

    private func write(_ level: Level) throws {
        var level = level
        level.cut()
        try directories.execute(arguments: [
            next, Data(level.prefix.dropLast()), Int64(clamping: level.bytes), level.count,
        ])
        for (rank, node) in level.nodes.enumerated() {
            try nodes.execute(arguments: [
                next, rank, Data(node.name), Int64(clamping: node.bytes), node.count, node.isEntry,
            ])
        }
        next += 1
    }
}
