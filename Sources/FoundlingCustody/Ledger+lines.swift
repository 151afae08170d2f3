package import FoundlingCore
internal import GRDB

/// One line of the ledger as it stands there.
package struct LedgerEntry: Sendable {
    package var seq: Int64
    /// Nanoseconds since 1970.
    package var time: Int64
    package var kind: String
    package var run: String?
    package var item: Int?
    /// A JSON object.
    package var actor: String
    package var reason: String?
    package var plan: String?
    /// A JSON object.
    package var body: String
    package var hash: String
}

extension Ledger {
    /// Lines, newest first.
    ///
    /// - Parameter seq: only those before this one.
    package func lines(before seq: Int64?, limit: Int) throws(FoundlingError) -> [LedgerEntry] {
        try read { database in
            let sql = "SELECT * FROM lines WHERE seq < ? ORDER BY seq DESC LIMIT ?"
            return try Row.fetchAll(database, sql: sql, arguments: [seq ?? Int64.max, limit]).map { row in
                LedgerEntry(
                    seq: row["seq"], time: row["time"], kind: row["kind"], run: row["run"], item: row["item"],
                    actor: row["actor"], reason: row["reason"], plan: row["plan"], body: row["body"], hash: row["hash"])
            }
        }
    }
}
