package import FoundlingCore
internal import GRDB
internal import Synchronization

/// What one scan found, in a file of its own that never changes.
///
/// The next scan writes another file beside it, and removes this one's name once the new one stands. Whoever still
/// holds this one reads on. So no reader waits for a scan, and no page is of two scans.
package final class FindingsFile: Sendable {
    /// Rows are counted up to here: a person wants to know whether there are many, and a million takes its time.
    package static let countLimit = 10_000

    /// The scan's.
    package let id: String
    /// When it was, in nanoseconds since 1970.
    package let time: Int64
    let file: String
    let names: FindingNames
    let sums: [FindingSum]
    private let readers: ReaderPool
    /// For the scan that comes next, so that it takes nobody's turn.
    let follower: DatabaseQueue
    /// By filter: nothing in here can go out of date.
    private let totals = Mutex<[[UInt8]: Total]>([:])

    /// A number of rows, or the least that there are.
    struct Total: Sendable {
        let count: Int
        let isAtLeast: Bool
    }

    /// The form of the tables; a file of another form is written anew by the next scan.
    static let version = 1

    /// Opens a complete file.
    init(opening file: String) throws {
        self.file = file
        readers = try ReaderPool(file)
        follower = try ReaderPool.connect(file)
        let read = try readers.read { database in
            let version = try Int.fetchOne(database, sql: "PRAGMA user_version")
            guard version == Self.version else { throw OtherVersion() }
            let about = try Row.fetchOne(database, sql: "SELECT id, time FROM scan")
            guard let about else { throw DatabaseError(resultCode: .SQLITE_CORRUPT) }
            return try (
                id: about.decode(String.self, atIndex: 0), time: about.decode(Int64.self, atIndex: 1),
                names: FindingNames(database),
                sums: FindingSum.fetchAll(database)
            )
        }
        (id, time, names, sums) = (read.id, read.time, read.names, read.sums)
    }

    /// A file that another Foundling wrote.
    struct OtherVersion: Error {}

    func read<T>(_ body: (Database) throws -> T) throws(FoundlingError) -> T {
        do { return try readers.read(body) } catch { throw StateFault.explain(error, file) }
    }

    /// A text of the scan that was kept by name.
    package func document(_ name: String) throws(FoundlingError) -> String? {
        try read { try String.fetchOne($0, sql: "SELECT text FROM documents WHERE name = ?", arguments: [name]) }
    }

    /// How many findings are of a kind.
    package func count(of kind: Finding.Kind) -> Int {
        sums.reduce(0) { $0 + ($1.grouping == .resource && $1.kind == kind ? $1.count : 0) }
    }

    /// What was counted for a filter, counted once.
    func total(_ filter: [UInt8], counting: () throws -> Total) rethrows -> Total {
        if let known = totals.withLock({ $0[filter] }) { return known }
        let total = try counting()
        totals.withLock { totals in
            // Filters are what clients make up: there may be any number of them.
            if totals.count >= 256 { totals.removeAll() }
            totals[filter] = total
        }
        return total
    }
}

/// Kinds, causes and resources by the numbers that stand for them in one file: each file brings its own.
struct FindingNames: Sendable {
    private(set) var kinds: [Finding.Kind: Int] = [:]
    private(set) var causes: [Cause: Int] = [:]
    private(set) var resources: [String: Int] = [:]
    private(set) var kindsByNumber: [Int: Finding.Kind] = [:]

    init(_ database: Database) throws {
        let rows = try Row.fetchCursor(database, sql: "SELECT sort, number, name FROM names")
        while let row = try rows.next() {
            let (sort, number, name): (String, Int, String) = try (
                row.decode(atIndex: 0), row.decode(atIndex: 1), row.decode(atIndex: 2)
            )
            switch sort {
            case "kind":
                guard let kind = Finding.Kind(rawValue: name) else { continue }
                kinds[kind] = number
                kindsByNumber[number] = kind
            case "cause": if let cause = Cause(rawValue: name) { causes[cause] = number }
            default: resources[name] = number
            }
        }
    }
}

/// What the findings of one kind and one resource, cause or age add up to.
struct FindingSum: Sendable {
    let grouping: FindingGrouping
    let kind: Finding.Kind
    let name: String
    let count: Int
    let bytes: UInt64
    let freed: UInt64

    static func fetchAll(_ database: Database) throws -> [FindingSum] {
        try Row.fetchAll(database, sql: "SELECT grouping, kind, name, count, bytes, freed FROM sums").compactMap {
            row in
            let (grouping, kind, name): (String, String, String) = try (
                row.decode(atIndex: 0), row.decode(atIndex: 1), row.decode(atIndex: 2)
            )
            let (count, bytes, freed): (Int, Int64, Int64) = try (
                row.decode(atIndex: 3), row.decode(atIndex: 4), row.decode(atIndex: 5)
            )
            guard let grouping = FindingGrouping(rawValue: grouping), let kind = Finding.Kind(rawValue: kind) else {
                return nil
            }
            return FindingSum(
                grouping: grouping, kind: kind, name: name, count: count, bytes: UInt64(clamping: bytes),
                freed: UInt64(clamping: freed))
        }
    }
}
