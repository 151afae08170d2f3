internal import CLedger
internal import CLinux
package import FoundlingCore
package import FoundlingSeam
package import FoundlingStore
internal import Foundation
internal import GRDB
internal import GRDBSQLite

/// The durable record of every act, written before the act; each line carries the hash of the line before.
///
/// State is never stored beside it: what became of an item is its last line.
package final class Ledger: Sendable {
    private let queue: DatabaseQueue
    private let seam: Seam
    private let context: LedgerContext
    /// Called when the disk is full; true if there is room now.
    private let makeRoom: @Sendable () -> Bool
    package let file: String
    /// Holds the directory open: SQLite reaches its files through this descriptor, whatever takes the directory's name.
    private let directory: OpenDirectory
    private static let name = "ledger.db"
    /// Why this chain had to begin, where there was reason to wonder.
    package let beginning: String?

    /// Who acts, why, and on what: the same in every line of a command.
    package struct LedgerContext: Sendable {
        package var actor: Actor
        package var reason: String?
        package var planHash: String?
        package var manifestHash: String?

        package init(actor: Actor, reason: String? = nil, planHash: String? = nil, manifestHash: String? = nil) {
            self.actor = actor
            self.reason = reason
            self.planHash = planHash
            self.manifestHash = manifestHash
        }
    }

    /// What this Foundling can read; the first ones bear no number.
    static let version = 1
    private static let schema = """
        CREATE TABLE IF NOT EXISTS lines (
            seq INTEGER PRIMARY KEY, time INTEGER NOT NULL, kind TEXT NOT NULL, run TEXT, item INTEGER,
            actor TEXT NOT NULL, reason TEXT, plan TEXT, manifest TEXT, body TEXT NOT NULL,
            previous TEXT NOT NULL, hash TEXT NOT NULL);
        CREATE INDEX IF NOT EXISTS lines_of_items ON lines(run, item, seq) WHERE item IS NOT NULL;
        CREATE INDEX IF NOT EXISTS lines_by_kind ON lines(kind, seq) WHERE item IS NULL;
        """

    /// Opens or begins the ledger.
    ///
    /// - Parameters:
    ///   - path: of the directory, for messages.
    ///   - hadOne: whether this store had a ledger before: a new one then says that it was lost.
    package init(
        in directory: OpenDirectory, path: String, hadOne: Bool, context: LedgerContext, seam: Seam,
        makeRoom: @escaping @Sendable () -> Bool
    ) throws(FoundlingError) {
        file = path + "/" + Self.name
        self.directory = directory
        self.seam = seam
        self.context = context
        self.makeRoom = makeRoom
        beginning = try Self.newBeginning(directory, file, hadOne: hadOne)
        do {
            var configuration = Configuration()
            configuration.busyMode = .timeout(10)
            configuration.label = "ledger"
            configuration.prepareDatabase { database in
                // No WAL: its index is memory mapped from a file, which a full disk turns into a fatal signal. A
                // journal that stays is room that is held already.
                try database.execute(sql: "PRAGMA journal_mode = PERSIST")
                try database.execute(sql: "PRAGMA synchronous = \(seam.isLedgerUnsynced ? "OFF" : "EXTRA")")
                try database.execute(sql: "PRAGMA temp_store = MEMORY")
            }
            queue = try Self.queue(in: directory, configuration)
        } catch { throw Self.explain(error, file) }
        try retrying {
            try self.queue.write { database in
                try database.execute(sql: Self.schema)
                try database.execute(sql: "PRAGMA user_version = \(Self.version)")
                guard try Int.fetchOne(database, sql: "SELECT max(seq) FROM lines") == nil else { return }
                let reason = self.beginning ?? Self.firstReason
                try self.insert(
                    [LedgerDraft(kind: .chain, body: Self.json(ReasonRecord(reason: reason)))], database)
            }
        }
    }

    /// Why a new chain begins where there should be one; a damaged ledger is set aside, and kept.
    private static func newBeginning(
        _ directory: OpenDirectory, _ file: String, hadOne: Bool
    ) throws(FoundlingError) -> String? {
        try checkPlain(directory, file)
        let rest = "a new chain begins; what lies in the quarantine is known from its receipts only, and pins are lost"
        guard try directory.status(Array(name.utf8)) != nil else {
            return hadOne ? "the ledger was gone: \(rest)" : nil
        }
        do {
            var configuration = Configuration()
            configuration.busyMode = .timeout(10)
            let queue = try queue(in: directory, configuration)
            try queue.read { try checkVersion($0, file) }
            let isEmpty = try queue.read { database in
                try !database.tableExists("lines") || Row.fetchOne(database, sql: "SELECT 1 FROM lines") == nil
            }
            try queue.close()
            // Without a line it was cut short while it was made, unless the store was at work with it.
            return isEmpty && hadOne ? "the ledger was emptied: \(rest)" : nil
        } catch let error as DatabaseError where [.SQLITE_CORRUPT, .SQLITE_NOTADB].contains(error.resultCode) {
            let kept = "ledger-damaged-\(HostClock.time() / 1_000_000_000)-\(Digest.random(3)).db"
            for suffix in ["", "-wal", "-shm"] {
                let moved = CName.with(Array((name + suffix).utf8)) { name in
                    CName.with(Array((kept + suffix).utf8)) { kept in
                        cl_rename(directory.descriptor, name, directory.descriptor, kept)
                    }
                }
                guard moved == 0 || !suffix.isEmpty else {
                    throw Failure(moved, "the damaged ledger cannot be set aside").refusal
                }
            }
            return "the ledger was damaged, and is kept as \(kept): \(rest)"
        } catch { throw explain(error, file) }
    }

    /// Opens an existing ledger for reading only; nil where there is none.
    package init?(reading directory: OpenDirectory, path: String) throws(FoundlingError) {
        file = path + "/" + Self.name
        self.directory = directory
        seam = Seam()
        context = LedgerContext(actor: Actor(uid: 0, user: "", sudoUser: nil, host: "", process: 0))
        makeRoom = { false }
        beginning = nil
        let isThere: Bool
        do throws(FoundlingError) { isThere = try directory.status(Array(Self.name.utf8)) != nil } catch {
            throw FoundlingError(
                .quarantineUnusable, "the ledger '\(Printable.escape(file))' cannot be read",
                hint: "run as the user who owns the quarantine, or as root")
        }
        guard isThere else { return nil }
        try Self.checkPlain(directory, file)
        do {
            queue = try Self.reader(in: directory)
            try queue.read { try Self.checkVersion($0, self.file) }
        } catch { throw Self.explain(error, file) }
        // A disk without room for the first line leaves a file without a table.
        guard try read({ try $0.tableExists("lines") }) else { return nil }
    }

    /// What a newer Foundling wrote may mean what this one does not know of: a pin, a hold.
    private static func checkVersion(_ database: Database, _ file: String) throws {
        let found = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        guard found > version else { return }
        throw FoundlingError(
            .ledgerNewer,
            "the ledger '\(Printable.escape(file))' is of version \(found), and this Foundling knows \(version)",
            hint:
                "use the Foundling that wrote it. To take a run back without it: `sh undo.sh` in the run's directory; or "
                + "move the ledger away, and `foundling restore` works from the receipts, but pins are not seen")
    }

    /// What SQLite opens here must lead nowhere else, and must not make it wait.
    private static func checkPlain(_ directory: OpenDirectory, _ file: String) throws(FoundlingError) {
        for suffix in ["", "-journal", "-wal", "-shm"] {
            guard let status = try directory.status(Array((name + suffix).utf8)) else { continue }
            guard status.kind == .file, status.links == 1 else {
                throw FoundlingError(
                    .quarantineUnusable, "'\(Printable.escape(file + suffix))' is no plain file of its own",
                    hint: "a link in the quarantine could lead writing anywhere: find out who made it, and remove it")
            }
        }
    }

    private static func queue(in directory: OpenDirectory, _ configuration: Configuration) throws -> DatabaseQueue {
        let failed = cledger_register()
        guard failed == SQLITE_OK else { throw DatabaseError(resultCode: ResultCode(rawValue: failed)) }
        return try DatabaseQueue(
            path: "file:/proc/self/fd/\(directory.descriptor)/\(name)?vfs=\(CLEDGER_VFS)",
            configuration: configuration)
    }

    private static func reader(in directory: OpenDirectory) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(10)
        do {
            let queue = try queue(in: directory, configuration)
            _ = try queue.read { try Row.fetchOne($0, sql: "SELECT * FROM sqlite_master LIMIT 1") }
            return queue
        } catch let error as DatabaseError
            where [.SQLITE_READONLY, .SQLITE_CANTOPEN].contains(error.resultCode)
        {
            // A write was cut short: SQLite takes it back before anybody reads, and needs the right to.
            configuration.readonly = false
            return try queue(in: directory, configuration)
        }
    }

    /// Whether this chain began because an earlier one was lost.
    package func followsALostOne() throws(FoundlingError) -> Bool {
        try read { try String.fetchOne($0, sql: "SELECT body FROM lines ORDER BY seq LIMIT 1") }
            != Self.json(ReasonRecord(reason: Self.firstReason))
    }

    private static let firstReason = "a new store"

    // MARK: Writing

    /// Appends lines, all or none, and syncs them.
    func append(_ lines: [LedgerDraft]) throws(FoundlingError) {
        guard !lines.isEmpty else { return }
        try retrying { try self.queue.write { try self.insert(lines, $0) } }
    }

    /// A full disk costs the reserve, once.
    private func retrying(_ body: @escaping () throws -> Void) throws(FoundlingError) {
        do {
            try passing(body)
        } catch {
            guard Self.isFull(error), makeRoom() else { throw Self.explain(error, file) }
            do { try passing(body) } catch { throw Self.explain(error, file) }
        }
    }

    private func passing(_ body: () throws -> Void) throws {
        var thrown: (any Error)?
        let passed = seam(.ledgerAppend) {
            do {
                try body()
                return 0
            } catch {
                thrown = error
                return -1
            }
        }
        if let thrown { throw thrown }
        guard passed >= 0 else { throw Failure(passed, "the ledger cannot be written") }
    }

    private func insert(_ lines: [LedgerDraft], _ database: Database) throws {
        let last = try Row.fetchOne(database, sql: "SELECT seq, hash FROM lines ORDER BY seq DESC LIMIT 1")
        var seq: Int64 = last?["seq"] ?? 0
        var previous: String = last?["hash"] ?? String(repeating: "0", count: 64)
        let actor = Self.json(context.actor)
        let time = HostClock.time()
        let statement = try database.makeStatement(
            sql: "INSERT INTO lines VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        for line in lines {
            seq += 1
            let fields = Fields(
                seq: seq, time: time, kind: line.kind.rawValue, run: line.run, item: line.item, actor: actor,
                reason: context.reason, plan: context.planHash, manifest: context.manifestHash, body: line.body)
            let hash = fields.hash(after: previous)
            try statement.execute(arguments: [
                seq, time, fields.kind, line.run, line.item, actor, context.reason, context.planHash,
                context.manifestHash, line.body, previous, hash,
            ])
            previous = hash
        }
    }

    /// What a hash is taken of.
    struct Fields {
        var seq: Int64
        var time: Int64
        var kind: String
        var run: String?
        var item: Int?
        var actor: String
        var reason: String?
        var plan: String?
        var manifest: String?
        var body: String

        /// Lengths stand before the texts, so that nothing can be moved from one field into the next.
        func hash(after previous: String) -> String {
            var text = "\(previous)|\(seq)|\(time)|\(item.map(String.init) ?? "-")"
            for field in [kind, run, actor, reason, plan, manifest, body] {
                text += field.map { "|\($0.utf8.count):\($0)" } ?? "|-"
            }
            return Digest.hex(text)
        }
    }

    private static let encoder: JSONEncoder = {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }()

    static func json(_ value: some Encodable) -> String {
        // Values of ours always encode: they hold text, whole numbers and finite shares.
        return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }

    // MARK: Reading

    func read<T>(_ body: (Database) throws -> T) throws(FoundlingError) -> T {
        do { return try queue.read(body) } catch { throw Self.explain(error, file) }
    }

    // MARK: Errors

    private static func isFull(_ error: any Error) -> Bool {
        if let failure = error as? Failure { return failure.error == ENOSPC }
        guard let error = error as? DatabaseError else { return false }
        return error.resultCode == .SQLITE_FULL || error.resultCode == .SQLITE_IOERR
    }

    static func explain(_ error: any Error, _ file: String) -> FoundlingError {
        if let error = error as? FoundlingError { return error }
        if let failure = error as? Failure { return failure.refusal }
        let shown = Printable.escape(file)
        guard let error = error as? DatabaseError else {
            return FoundlingError(
                .ledgerCorrupt, "the ledger '\(shown)' holds a line that Foundling did not write",
                hint: "`foundling ledger verify` says where; restoring works from the receipts without it")
        }
        switch error.resultCode {
        case .SQLITE_FULL:
            return Failure(-ENOSPC, "the ledger cannot be written").refusal
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            return FoundlingError(
                .ledgerCorrupt, "the ledger '\(shown)' is damaged",
                hint:
                    "keep it; `foundling restore` works from the receipts alone. If this comes again, move the ledger away: "
                    + "the next run begins a new chain and says so")
        case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM:
            return FoundlingError(
                .quarantineUnusable, "the ledger '\(shown)' cannot be written",
                hint: "run as the user who owns the quarantine, or as root")
        default:
            return FoundlingError(
                .system, "the ledger '\(shown)' failed: \(error.message ?? error.resultCode.description)",
                hint: "check the disk that it lies on; nothing is moved without it")
        }
    }
}
