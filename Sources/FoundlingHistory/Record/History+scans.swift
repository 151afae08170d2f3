package import FoundlingCore
internal import GRDB

extension History {
    /// How many scans are remembered.
    package static let scanLimit = 1000

    /// Remembers a scan, in the place of what was remembered under its id.
    package func save(_ scan: ScanRecord) throws(FoundlingError) {
        try write { database in
            let disk = scan.disk
            let row = try Int64.fetchOne(
                database,
                sql: """
                    INSERT INTO scans (id, started, finished, trigger, outcome, error_code, error_summary, is_recorded,
                        orphan_bytes, freed, total_bytes, names, disk_total, disk_free, disk_available, inodes,
                        inodes_free)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    ON CONFLICT (id) DO UPDATE SET started = excluded.started, finished = excluded.finished,
                        trigger = excluded.trigger, outcome = excluded.outcome, error_code = excluded.error_code,
                        error_summary = excluded.error_summary, is_recorded = excluded.is_recorded,
                        orphan_bytes = excluded.orphan_bytes, freed = excluded.freed,
                        total_bytes = excluded.total_bytes, names = excluded.names, disk_total = excluded.disk_total,
                        disk_free = excluded.disk_free, disk_available = excluded.disk_available,
                        inodes = excluded.inodes, inodes_free = excluded.inodes_free
                    RETURNING n
                    """,
                arguments: [
                    scan.id, scan.started, scan.finished, scan.trigger.rawValue, scan.outcome.rawValue, scan.errorCode,
                    scan.errorSummary, scan.isRecorded, scan.orphanBytes?.stored, scan.freed?.stored,
                    scan.totalBytes?.stored, scan.names, disk?.total.stored, disk?.free.stored,
                    disk?.available.stored, disk?.inodes.stored, disk?.inodesFree.stored,
                ])
            try database.execute(sql: "DELETE FROM counts WHERE scan = ?", arguments: [row])
            for (kind, count) in scan.counts {
                try database.execute(
                    sql: "INSERT INTO counts VALUES (?, ?, ?)", arguments: [row, kind.rawValue, count])
            }
            try database.execute(
                sql: "DELETE FROM scans WHERE n NOT IN (SELECT n FROM scans ORDER BY n DESC LIMIT ?)",
                arguments: [Self.scanLimit])
        }
    }

    /// Scans in the order in which they were first saved, the last one first.
    package func scans(limit: Int = 50, cursor: String? = nil) throws(FoundlingError) -> ScanPage {
        let limit = min(max(limit, 1), Self.scanLimit)
        let behind = try cursor.map { text throws(FoundlingError) in try Cursor.row(of: text, scope: .scans) }
        let found = try read { database in
            try self.scans(
                database, "WHERE n < ? ORDER BY n DESC LIMIT ?", [behind ?? Int64.max, limit + 1])
        }
        let items = found.prefix(limit)
        let next = found.count > limit ? items.last.map { Cursor(scope: .scans, row: $0.row).text } : nil
        return ScanPage(items: items.map(\.scan), next: next)
    }

    package func scan(_ id: String) throws(FoundlingError) -> ScanRecord? {
        try read { try self.scans($0, "WHERE id = ?", [id]).first?.scan }
    }

    /// The last scan that ended so, or the last one at all.
    package func lastScan(_ outcome: ScanRecord.Outcome? = nil) throws(FoundlingError) -> ScanRecord? {
        try read { database in
            try self.scans(
                database, "WHERE ? IS NULL OR outcome = ? ORDER BY n DESC LIMIT 1",
                [outcome?.rawValue, outcome?.rawValue]
            ).first?.scan
        }
    }

    private func scans(
        _ database: Database, _ clause: String, _ arguments: StatementArguments
    ) throws -> [(row: Int64, scan: ScanRecord)] {
        try Row.fetchAll(database, sql: "SELECT * FROM scans \(clause)", arguments: arguments).map { row in
            let number: Int64 = row["n"]
            var counts: [Finding.Kind: Int] = [:]
            let kinds = try Row.fetchCursor(
                database, sql: "SELECT kind, count FROM counts WHERE scan = ?", arguments: [number])
            while let row = try kinds.next() {
                let (kind, count): (String, Int) = (row[0], row[1])
                if let kind = Finding.Kind(rawValue: kind) { counts[kind] = count }
            }
            return (number, ScanRecord(row, counts))
        }
    }
}

extension ScanRecord {
    fileprivate init(_ row: Row, _ counts: [Finding.Kind: Int]) {
        let (trigger, outcome): (String, String) = (row["trigger"], row["outcome"])
        self.init(
            id: row["id"], started: row["started"], finished: row["finished"],
            trigger: Trigger(rawValue: trigger) ?? .person, outcome: Outcome(rawValue: outcome) ?? .failed,
            errorCode: row["error_code"], errorSummary: row["error_summary"], isRecorded: row["is_recorded"],
            counts: counts, orphanBytes: UInt64(stored: row["orphan_bytes"]), freed: UInt64(stored: row["freed"]),
            totalBytes: UInt64(stored: row["total_bytes"]), names: row["names"], disk: DiskSpace(row))
    }
}

extension DiskSpace {
    fileprivate init?(_ row: Row) {
        guard let total = UInt64(stored: row["disk_total"]), let free = UInt64(stored: row["disk_free"]),
            let available = UInt64(stored: row["disk_available"]), let inodes = UInt64(stored: row["inodes"]),
            let inodesFree = UInt64(stored: row["inodes_free"])
        else { return nil }
        self.init(total: total, free: free, available: available, inodes: inodes, inodesFree: inodesFree)
    }
}
