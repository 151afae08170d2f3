package import FoundlingCore
internal import Foundation
internal import GRDB

/// What the ledger's lines add up to: sums that limits are held against, and scans that were recorded.
extension Ledger {
    /// When each item of these came into the quarantine: held ones count from their move, not from the look at them.
    package func movedTimes(run: String?) throws(FoundlingError) -> [String: Int64] {
        try read { database in
            var times: [String: Int64] = [:]
            let sql = "SELECT run, item, min(time) AS time FROM lines WHERE kind = 'moved' AND item IS NOT NULL"
            let rows = try Row.fetchCursor(
                database, sql: sql + (run == nil ? "" : " AND run = ?") + " GROUP BY run, item",
                arguments: run.map { [$0] } ?? [])
            while let row = try rows.next() {
                let (run, item): (String, Int) = (row["run"], row["item"])
                times["\(run)/\(item)"] = row["time"]
            }
            return times
        }
    }

    /// What was taken since a time and neither given back nor rescued, by resource; what a person approved is left out.
    package func moved(since time: (String) -> Int64) throws(FoundlingError) -> [ResourceTotal] {
        var totals: [ResourceTotal] = []
        let approved = try approvedRuns()
        let kinds = LedgerKind.allCases.filter { $0.isInQuarantine || [.purging, .purged, .lost].contains($0) }
            .map { "'\($0.rawValue)'" }.joined(separator: ", ")
        // What is wanted of each item is picked by SQLite: there may be a million.
        let sql = """
            SELECT l.run, json_extract(i.body, '$.resource') AS resource,
                   json_extract(i.body, '$.bytes.allocated') AS allocated,
                   json_extract(i.body, '$.bytes.apparent') AS apparent,
                   COALESCE((SELECT min(m.time) FROM lines m
                             WHERE m.run = l.run AND m.item = l.item AND m.kind = 'moved'), l.time) AS time
            FROM lines l JOIN lines i ON i.run = l.run AND i.item = l.item AND i.kind = 'intent'
              AND json_valid(i.body)
            WHERE l.seq IN (SELECT max(seq) FROM lines WHERE item IS NOT NULL GROUP BY run, item)
              AND l.kind IN (\(kinds))
            """
        try read { database in
            let rows = try Row.fetchCursor(database, sql: sql)
            while let row = try rows.next() {
                let (run, resource, moved): (String, String?, Int64) = (row["run"], row["resource"], row["time"])
                // A line that cannot be read any more is left out: the chain tells that it was changed.
                guard let name = resource, !approved.contains(run), moved >= time(name) else { continue }
                let (allocated, apparent): (Int64?, Int64?) = (row["allocated"], row["apparent"])
                let bytes = Bytes(
                    allocated: UInt64(clamping: allocated ?? 0), apparent: UInt64(clamping: apparent ?? 0))
                if let index = totals.firstIndex(where: { $0.resource == name }) {
                    totals[index].add(bytes)
                } else {
                    totals.append(ResourceTotal(resource: name, items: 1, bytes: bytes))
                }
            }
        }
        return totals
    }

    /// Whether a run gave back exactly this, and nobody has changed it since.
    ///
    /// The store's own time of change is compared, to the nanosecond, and no clock of ours: one that was ahead would
    /// make what was written later look older than it is.
    package func returned(
        _ identity: InodeIdentity, _ fingerprint: Fingerprint, changed: Int64
    ) throws(FoundlingError) -> Bool {
        try read { database in
            let sql = """
                SELECT EXISTS (
                  SELECT 1 FROM lines i JOIN lines l ON l.run = i.run AND l.item = i.item AND l.seq > i.seq
                  WHERE i.kind = 'intent' AND json_valid(i.body) AND l.kind IN ('skipped', 'rescued')
                    AND json_extract(i.body, '$.fingerprint') = ? AND json_extract(i.body, '$.identity.inode') = ?
                    AND json_valid(l.body) AND json_extract(l.body, '$.changed') = ?)
                """
            return try Bool.fetchOne(
                database, sql: sql,
                arguments: [fingerprint.description, Int64(bitPattern: identity.inode), changed]) ?? false
        }
    }

    // MARK: Observations

    /// More orphans than this no program decides about unseen.
    package static let mostObserved = 100_000

    /// Notes what a complete scan found.
    package func observe(_ items: [Plan.Item]) throws(FoundlingError) {
        guard items.count <= Self.mostObserved else {
            throw FoundlingError(
                .approvalNeeded, "\(items.count) orphans are more than a recorded scan holds (\(Self.mostObserved))",
                hint: "so many are a person's decision: `foundling plan`, look at it, then apply it")
        }
        let digests = items.map(Self.digest)
        try append([LedgerDraft(kind: .observed, body: Self.json(ObservationRecord(digests: digests)))])
    }

    /// What makes an orphan the very same as before, content included as far as times show it.
    package static func digest(_ item: Plan.Item) -> String {
        let parts = [
            "\(item.path.bytes)", "\(item.identity.inode)", "\(item.identity.born)", item.fingerprint.description,
            "\(item.changed)",
        ]
        return String(Digest.hex(parts.joined(separator: "|")).prefix(32))
    }

    /// Recorded scans by this manifest, newest first, up to the first that is older than a time: when, and the digests
    /// of their orphans.
    package func observations(
        manifest: String, until time: Int64
    ) throws(FoundlingError) -> [(time: Int64, digests: Set<String>)] {
        try read { database in
            var found: [(time: Int64, digests: Set<String>)] = []
            let sql = """
                SELECT time, body FROM lines WHERE item IS NULL AND kind = 'observed' AND manifest = ? ORDER BY seq DESC
                """
            let rows = try Row.fetchCursor(database, sql: sql, arguments: [manifest])
            while let row = try rows.next() {
                let (at, body): (Int64, String) = (row["time"], row["body"])
                let record = try JSONDecoder().decode(ObservationRecord.self, from: Data(body.utf8))
                found.append((at, Set(record.digests)))
                if at <= time { break }
            }
            return found
        }
    }

    /// When a scan was last recorded, by whatever manifest; nanoseconds since 1970.
    package func lastObserved() throws(FoundlingError) -> Int64? {
        try read {
            try Int64.fetchOne($0, sql: "SELECT max(time) FROM lines WHERE item IS NULL AND kind = 'observed'")
        }
    }
}
