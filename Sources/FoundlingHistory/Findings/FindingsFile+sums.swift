package import FoundlingCore
internal import Foundation
internal import GRDB

/// What was added up when the file was written.
extension FindingsFile {
    /// Findings of some kinds summed up: resources and causes by size, ages by age.
    package func groups(by grouping: FindingGrouping, kinds: Set<Finding.Kind> = [.orphan]) -> [FindingGroup] {
        var groups: [String: FindingGroup] = [:]
        for sum in sums where sum.grouping == grouping && kinds.contains(sum.kind) {
            let group = groups[sum.name]
            groups[sum.name] = FindingGroup(
                name: sum.name, count: (group?.count ?? 0) + sum.count,
                bytes: (group?.bytes ?? 0).addingUpTo(sum.bytes), freed: (group?.freed ?? 0).addingUpTo(sum.freed))
        }
        if grouping == .age { return FindingAge.allCases.compactMap { groups[$0.rawValue] } }
        return groups.values.sorted { $0.bytes != $1.bytes ? $0.bytes > $1.bytes : $0.name < $1.name }
    }

    /// Orphans below a directory, its own and those of its directories summed up; nil for one without, but the root is
    /// always there.
    ///
    /// - Parameter limit: of nodes, up to 1,000; the rest is one sum.
    package func tree(below: StorePath? = nil, limit: Int = 100) throws(FoundlingError) -> FindingsTree? {
        let path = below ?? .root
        let wanted = min(max(limit, 1), TreeBuilder.limit)
        return try read { database in
            let directory = try Row.fetchOne(
                database, sql: "SELECT id, bytes, count FROM directories WHERE path = ?", arguments: [Data(path.bytes)])
            guard let directory else { return nil }
            let (id, bytes, count): (Int64, Int64, Int) = try (
                directory.decode(atIndex: 0), directory.decode(atIndex: 1), directory.decode(atIndex: 2)
            )
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT name, bytes, count, is_entry FROM nodes WHERE directory = ? ORDER BY rank LIMIT ?
                    """, arguments: [id, wanted])
            let nodes = try rows.map { row in
                let (name, bytes, count, isEntry): (Data, Int64, Int, Bool) = try (
                    row.decode(atIndex: 0), row.decode(atIndex: 1), row.decode(atIndex: 2), row.decode(atIndex: 3)
                )
                return FindingsTree.Node(
                    name: Array(name), path: path.appending(name), bytes: UInt64(clamping: bytes), count: count,
                    isEntry: isEntry)
            }
            let total = UInt64(clamping: bytes)
            let shown = nodes.reduce(UInt64(0)) { $0.addingUpTo($1.bytes) }
            return FindingsTree(
                path: path, bytes: total, count: count, nodes: nodes, restBytes: total - min(shown, total),
                restCount: count - nodes.reduce(0) { $0 + $1.count })
        }
    }

    /// Orphans that earlier scans found and this one did not, of the last 90 days and at most 100,000: the last to go
    /// first, and of those that went together the largest.
    package func gone(limit: Int = 100, cursor: String? = nil) throws(FoundlingError) -> GonePage {
        let limit = min(max(limit, 1), FindingsQuery.limits.upperBound)
        let behind = try cursor.map { text throws(FoundlingError) in
            try Cursor.row(of: text, scope: .gone, scan: id)
        }
        let found: [(row: Int64, orphan: GoneOrphan)] = try read { database in
            try Row.fetchAll(
                database, sql: "SELECT id, path, first, last, bytes FROM gone WHERE id > ? ORDER BY id LIMIT ?",
                arguments: [behind ?? 0, limit + 1]
            ).map { row in
                let path: Data = try row.decode(atIndex: 1)
                let bytes: Int64 = try row.decode(atIndex: 4)
                let orphan = try GoneOrphan(
                    path: StorePath(trusted: Array(path)), firstSeen: row.decode(atIndex: 2),
                    lastSeen: row.decode(atIndex: 3), bytes: UInt64(exactly: bytes))
                return try (row.decode(atIndex: 0), orphan)
            }
        }
        let items = found.prefix(limit)
        let last = found.count > limit ? items.last?.row : nil
        return GonePage(
            items: items.map(\.orphan), next: last.map { Cursor(scope: .gone, scan: id, row: $0).text })
    }
}
