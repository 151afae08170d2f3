internal import FoundlingCore
internal import Foundation
internal import GRDB

/// Fills one file of findings, row by row: a million of them are never in memory at once.
final class FindingsWriter {
    /// What the file is about.
    struct Scan {
        let id: String
        let time: Int64
        let documents: [String: String]
    }

    /// What stands for a size that is not known: it comes before 0.
    static let unknownSize: Int64 = -1
    static let unknownTime = Int64.min

    private struct SumKey: Hashable {
        let grouping: FindingGrouping
        let kind: Finding.Kind
        let name: String
    }

    private let scan: Scan
    private let database: Database
    private let insertion: Statement
    private let earlier: EarlierFindings?
    private var resources: [String: Int] = ["": 0]
    private var sums: [SumKey: (count: Int, bytes: UInt64, freed: UInt64)] = [:]

    // Each order has an index that holds whatever rows are chosen by, so that rows left out are never looked up; `id`
    // comes right after the key, so that a page can begin anywhere among equal keys.
    private static let tables = """
        CREATE TABLE scan (id TEXT NOT NULL, time INTEGER NOT NULL);
        CREATE TABLE names (sort TEXT NOT NULL, number INTEGER NOT NULL, name TEXT NOT NULL);
        CREATE TABLE documents (name TEXT PRIMARY KEY, text TEXT NOT NULL);
        CREATE TABLE findings (
            id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, resource INTEGER NOT NULL, cause INTEGER NOT NULL,
            path BLOB NOT NULL, size INTEGER NOT NULL, freed INTEGER NOT NULL, newest INTEGER NOT NULL,
            first_seen INTEGER NOT NULL, json TEXT NOT NULL);
        CREATE TABLE sums (
            grouping TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, count INTEGER NOT NULL,
            bytes INTEGER NOT NULL, freed INTEGER NOT NULL);
        CREATE TABLE directories (
            id INTEGER PRIMARY KEY, path BLOB NOT NULL, bytes INTEGER NOT NULL, count INTEGER NOT NULL);
        CREATE TABLE nodes (
            directory INTEGER NOT NULL, rank INTEGER NOT NULL, name BLOB NOT NULL, bytes INTEGER NOT NULL,
            count INTEGER NOT NULL, is_entry INTEGER NOT NULL, PRIMARY KEY (directory, rank)) WITHOUT ROWID;
        CREATE TABLE gone (
            id INTEGER PRIMARY KEY, path BLOB NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
            bytes INTEGER NOT NULL);
        """
    private static let indexes = """
        CREATE INDEX by_path ON findings(kind, path, id, resource, cause, size, freed, newest, first_seen);
        CREATE INDEX by_size ON findings(kind, size, id, resource, cause);
        CREATE INDEX by_freed ON findings(kind, freed, id, resource, cause, size);
        CREATE INDEX by_newest ON findings(kind, newest, id, resource, cause, size);
        CREATE INDEX by_first_seen ON findings(kind, first_seen, id, resource, cause, size);
        """

    /// Fills an empty file. It is not synced: whoever made it does that.
    static func write(
        _ scan: Scan, _ rows: some Sequence<FindingRow>, to file: String, after previous: FindingsFile?
    ) throws {
        var configuration = Configuration()
        configuration.label = "findings, written"
        configuration.prepareDatabase { database in
            // What is cut short is thrown away whole: neither a journal nor a sync on the way would help anybody.
            try database.execute(
                sql: """
                    PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE;
                    PRAGMA temp_store = MEMORY; PRAGMA cache_size = -32768
                    """)
        }
        let queue = try DatabaseQueue(path: file, configuration: configuration)
        do {
            try EarlierFindings.with(previous) { earlier in
                try queue.write { database in
                    try database.execute(sql: tables)
                    let writer = try FindingsWriter(scan, database, earlier)
                    for row in rows { try writer.add(row) }
                    try database.execute(sql: indexes)
                    try writer.finish()
                    try database.execute(sql: "PRAGMA user_version = \(FindingsFile.version)")
                }
            }
        } catch {
            try? queue.close()
            throw error
        }
        try queue.close()
    }

    private init(_ scan: Scan, _ database: Database, _ earlier: EarlierFindings?) throws {
        self.scan = scan
        self.database = database
        self.earlier = earlier
        insertion = try database.makeStatement(
            sql: """
                INSERT INTO findings (kind, resource, cause, path, size, freed, newest, first_seen, json)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """)
    }

    private func add(_ row: FindingRow) throws {
        let resource = row.resource ?? ""
        let number = resources[resource] ?? resources.count
        resources[resource] = number
        let path = Data(row.path.bytes)
        let known = earlier?.firstSeen(row.kind, path)
        let (size, freed) = (row.bytes?.allocated ?? 0, row.freed ?? 0)
        try insertion.execute(arguments: [
            Self.number(of: row.kind), number, Self.number(of: row.cause), path,
            row.bytes.map { Int64(clamping: $0.allocated) } ?? Self.unknownSize,
            row.freed.map { Int64(clamping: $0) } ?? Self.unknownSize, row.newest ?? Self.unknownTime,
            // A clock that was set back must not make anything known before it was.
            min(known ?? scan.time, scan.time), row.json,
        ])
        let age = FindingAge(newest: row.newest, now: scan.time)
        for (grouping, name) in [
            (FindingGrouping.resource, resource), (.cause, row.cause.rawValue), (.age, age.rawValue),
        ] {
            let key = SumKey(grouping: grouping, kind: row.kind, name: name)
            let sum = sums[key] ?? (0, 0, 0)
            sums[key] = (sum.count + 1, sum.bytes.addingUpTo(size), sum.freed.addingUpTo(freed))
        }
    }

    /// What is known once all rows are there.
    private func finish() throws {
        try database.execute(sql: "INSERT INTO scan VALUES (?, ?)", arguments: [scan.id, scan.time])
        for (name, text) in scan.documents {
            try database.execute(sql: "INSERT INTO documents VALUES (?, ?)", arguments: [name, text])
        }
        for kind in Finding.Kind.allCases { try name("kind", Self.number(of: kind), kind.rawValue) }
        for cause in Cause.allCases { try name("cause", Self.number(of: cause), cause.rawValue) }
        for (resource, number) in resources { try name("resource", number, resource) }
        for (key, sum) in sums {
            try database.execute(
                sql: "INSERT INTO sums VALUES (?, ?, ?, ?, ?, ?)",
                arguments: [
                    key.grouping.rawValue, key.kind.rawValue, key.name, sum.count, Int64(clamping: sum.bytes),
                    Int64(clamping: sum.freed),
                ])
        }
        try passOrphans()
    }

    private func name(_ sort: String, _ number: Int, _ name: String) throws {
        try database.execute(sql: "INSERT INTO names VALUES (?, ?, ?)", arguments: [sort, number, name])
    }

    /// One way through all orphans by path: for the tree, and for those that are gone.
    private func passOrphans() throws {
        let tree = try TreeBuilder(database)
        let gone = try GoneBuilder(database, time: scan.time, orphan: Self.number(of: .orphan), earlier)
        let orphans = try Row.fetchCursor(
            database, sql: "SELECT path, size FROM findings INDEXED BY by_path WHERE kind = ? ORDER BY path, id",
            arguments: [Self.number(of: .orphan)])
        while let row = try orphans.next() {
            let (path, size): (Data, Int64) = (row[0], row[1])
            gone.pass(path)
            try tree.add(Array(path), bytes: UInt64(clamping: size))
        }
        try tree.finish()
        try gone.finish()
        try database.execute(sql: "CREATE UNIQUE INDEX directories_by_path ON directories(path)")
    }

    private static func number(of kind: Finding.Kind) -> Int { Finding.Kind.allCases.firstIndex(of: kind) ?? 0 }
    private static func number(of cause: Cause) -> Int { Cause.allCases.firstIndex(of: cause) ?? 0 }
}
