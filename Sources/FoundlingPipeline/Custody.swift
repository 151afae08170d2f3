package import FoundlingCore
internal import FoundlingCustody
internal import FoundlingSeam
internal import FoundlingStore
internal import Foundation
internal import Glibc

/// The right to change one store: opened for one command, and the only way to the custodian.
package final class Custody {
    let manifest: Manifest
    let manifestHash: String
    private let reason: String?
    let store: LocalStore
    let quarantine: Quarantine
    let ledger: Ledger
    let custodian: Custodian
    /// What the first look at this store's past had to say.
    package private(set) var notes: [String] = []
    /// Whether something in those notes is missing, or in doubt: nobody may miss that.
    package private(set) var isAlarmed = false
    /// What all entries of each resource held when they were last measured, and when that was.
    var measured: (at: Int64, bytes: [String: Bytes])?

    /// Opens the quarantine and the ledger, making both where there are none yet, and settles what a crash left.
    ///
    /// - Parameters:
    ///   - reason: why, in the words of whoever acts; it stands in every line of the ledger.
    ///   - waiting: called once with who is in the way, where somebody is.
    package init(
        _ manifest: Manifest, reason: String? = nil, planHash: String? = nil,
        waiting: @escaping @Sendable (_ holder: String) -> Void = { _ in }
    ) throws(FoundlingError) {
        self.manifest = manifest
        self.reason = reason
        store = try LocalStore(root: manifest.store.root)
        manifestHash = try Self.hash(of: manifest.file)
        try Self.checkWritable(store, manifest)
        let seam = Seam.ofProcess
        try Self.checkMounted(store, manifest, seam)
        guard let quarantine = try Quarantine.open(manifest, store, creates: true, seam: seam, waiting: waiting) else {
            throw FoundlingError(.quarantineUnusable, "the quarantine cannot be made", hint: "check store.quarantine")
        }
        self.quarantine = quarantine
        quarantine.makeRoom()
        let context = Ledger.LedgerContext(
            actor: Self.actor, reason: reason, planHash: planHash, manifestHash: manifestHash)
        let state = try Self.state(manifest)
        if let state, !FileManager.default.fileExists(atPath: state + "/ledger.db") {
            Quarantine.syncWay(to: state, seam)
        }
        ledger = try Ledger(
            in: try state.map { path throws(FoundlingError) in try OpenDirectory(path: path) } ?? quarantine.directory,
            path: state ?? quarantine.path, hadOne: try quarantine.wasUsed(), context: context, seam: seam
        ) { quarantine.releaseReserve() }
        for name in ["ledger.db", "ledger.db-journal"] { quarantine.give(named: name) }
        // After the ledger: a sentinel without a ledger means that the ledger was lost.
        _ = try quarantine.identity()
        try quarantine.makeLocks()
        custodian = Custodian(manifest, quarantine, ledger, context)
        if let beginning = ledger.beginning { notes.append(beginning) }
        let recovery = try custodian.recover()
        notes += recovery.sentences
        isAlarmed = recovery.isAlarm
        if Safeguard.settleCutShort.isOn, !recovery.unchecked.isEmpty { settle(recovery.unchecked) }
        quarantine.keepReserve()
    }

    /// An empty mount point is no store: nothing is made in one before a scan has found that it may be empty.
    private static func checkMounted(
        _ store: LocalStore, _ manifest: Manifest, _ seam: Seam
    ) throws(FoundlingError) {
        guard try Quarantine.open(manifest, store, creates: false, seam: seam) == nil,
            try store.list(Layout(manifest)).isEmptyStore
        else { return }
        _ = try Scan(manifest, sizes: SizeChoice.none).run()
    }

    /// A run that was cut short moved items without its last look at the records: that look is due first of all.
    private func settle(_ items: [HeldItem]) {
        var sentences: [String]
        do throws(FoundlingError) {
            guard let accepted = try ledger.accepted() else { return }
            let check = ClaimCheck(
                manifest, store, accepted: accepted.catalog, rows: nil, going: [])
            sentences = try custodian.settle(items) { candidates throws(FoundlingError) in try check.states(candidates)
            }
        } catch {
            sentences = [
                "ALARM: whether a record claims what a run that was cut short moved could not be asked: \(error.summary); "
                    + "`foundling restore RUN` puts it back, and a purge asks again"
            ]
        }
        notes += sentences
        if sentences.contains(where: { $0.hasPrefix("ALARM") }) { isAlarmed = true }
    }

    /// The directory for the ledger where the manifest names one; made where it is not there yet.
    private static func state(_ manifest: Manifest) throws(FoundlingError) -> String? {
        guard let state = manifest.store.state else { return nil }
        do {
            try FileManager.default.createDirectory(
                atPath: state, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw FoundlingError(
                .quarantineUnusable, "the directory '\(Printable.escape(state))' of store.state cannot be made",
                hint: "make it yourself, or correct store.state")
        }
        return state
    }

    /// On a file system that several hosts share, a lock may hold on one of them only.
    private static func checkWritable(_ store: LocalStore, _ manifest: Manifest) throws(FoundlingError) {
        if store.isReadOnly {
            throw FoundlingError(
                .quarantineUnusable, "the store '\(Printable.escape(store.root))' is mounted read-only",
                hint: "mount it for writing; scanning works without")
        }
        guard let name = store.sharedFileSystem, !manifest.store.singleWriter else { return }
        throw FoundlingError(
            .quarantineUnusable, "the store lies on \(name), where a lock may not reach other hosts",
            hint: "if only this host ever runs Foundling on it, write `single_writer: true` under 'store'")
    }

    static func hash(of file: String) throws(FoundlingError) -> String {
        guard let bytes = FileManager.default.contents(atPath: file) else {
            throw FoundlingError(
                .manifestMissing, "the manifest '\(Printable.escape(file))' cannot be read again",
                hint: "it went away while this ran: put it back")
        }
        return Digest.hex([UInt8](bytes))
    }

    /// Who runs this process.
    static var actor: Actor {
        let environment = ProcessInfo.processInfo.environment
        let uid = geteuid()
        let user = getpwuid(uid).map { String(cString: $0.pointee.pw_name) } ?? String(uid)
        return Actor(
            uid: uid, user: user, sudoUser: environment["SUDO_USER"], host: ProcessInfo.processInfo.hostName,
            process: getpid())
    }

    /// The host's time, in nanoseconds since 1970.
    package static var time: Int64 { HostClock.time() }

    /// Nanoseconds of a clock that nobody sets, from no point in particular.
    package static var steadyTime: Int64 { HostClock.steady() }

    // MARK: What the ledger tells

    /// Every run, oldest first, and the head of the chain.
    package func history() throws(FoundlingError) -> (runs: [RunSummary], head: String) {
        (try ledger.runs(), try ledger.head())
    }

    package func pins() throws(FoundlingError) -> [Pin] { try ledger.pins() }

    /// Keeps a path, be it an entry, something in one or a directory above some, until a time or for ever.
    ///
    /// - Parameter who: whoever asked for it, where that is not who runs this process.
    package func pin(
        _ path: StorePath, why: String?, until: Int64?, who: String? = nil
    ) throws(FoundlingError) -> Pin {
        let pin = Pin(
            path: path, why: why, who: who ?? Self.actor.description, since: HostClock.time(), until: until)
        try ledger.pin(pin)
        return pin
    }

    /// Whether anything lies at a path.
    package func exists(_ path: StorePath) -> Bool {
        if let found = try? custodian.image(of: path) { return found.files >= 0 }
        return false
    }

    /// - Throws: `usage` where nothing was pinned by that path.
    package func unpin(_ path: StorePath) throws(FoundlingError) {
        guard let pin = try ledger.pins().first(where: { $0.path == path }) else {
            throw FoundlingError(.usage, "'\(path)' is not pinned", hint: "`foundling pin --list` shows what is")
        }
        try ledger.unpin(pin)
    }

    /// Checks every hash of the ledger; `expecting` is a head noted earlier.
    package static func verify(
        _ manifest: Manifest, expecting head: String?
    ) throws(FoundlingError) -> (lines: Int, head: String) {
        let ledger = try open(manifest)
        if let fault = try ledger.fault(expecting: head) { throw broken(fault) }
        return (try ledger.count(), try ledger.head())
    }

    static func broken(_ fault: String) -> FoundlingError {
        FoundlingError(
            .ledgerCorrupt, "the ledger does not hold: \(fault)",
            hint:
                "keep it, elsewhere: then `foundling restore RUN` works from the receipts, and nothing is removed before "
                + "somebody accepts the store anew")
    }

    /// The ledger for reading only.
    static func open(_ manifest: Manifest) throws(FoundlingError) -> Ledger {
        guard let ledger = try reader(manifest) else {
            let directory = manifest.store.state ?? manifest.store.quarantine
            throw FoundlingError(
                .ledgerMissing, "there is no ledger in '\(Printable.escape(directory))'",
                hint: "nothing was ever moved in this store, or the ledger was deleted: `foundling restore RUN` works "
                    + "from the receipts alone")
        }
        return ledger
    }

    /// Every run, without touching anything; nothing where there is no ledger yet.
    package static func history(_ manifest: Manifest) throws(FoundlingError) -> (runs: [RunSummary], head: String) {
        guard let ledger = try reader(manifest) else { return ([], "") }
        return (try ledger.runs(), try ledger.head())
    }

    /// Runs of which the ledger knows nothing, newest last: it was lost, their receipts were not.
    package static func unlisted(_ manifest: Manifest) throws(FoundlingError) -> [String] {
        let known = Set(try history(manifest).runs.map(\.run))
        let names = (try? FileManager.default.contentsOfDirectory(atPath: manifest.store.quarantine)) ?? []
        return names.filter { name in
            guard RunID.isValid(name), !known.contains(name) else { return false }
            let lying = try? FileManager.default.contentsOfDirectory(atPath: manifest.store.quarantine + "/" + name)
            // Papers alone hold nothing to give back.
            return lying?.contains { !$0.hasSuffix(".jsonl") && $0 != "undo.sh" } ?? true
        }.sorted()
    }

    /// Pins in force, without touching anything.
    package static func pins(_ manifest: Manifest) throws(FoundlingError) -> [Pin] {
        try reader(manifest)?.pins() ?? []
    }

    /// The ledger for reading only; nil where there is none yet.
    ///
    /// - Throws: `store-missing` where the store is not there to have one, `quarantine-unusable` where it may not be
    ///   read.
    static func reader(_ manifest: Manifest) throws(FoundlingError) -> Ledger? {
        let store = try LocalStore(root: manifest.store.root)
        if let state = manifest.store.state {
            guard !LocalStore.isMissing(Array(state.utf8)) else { return nil }
            return try Ledger(reading: OpenDirectory(path: state), path: state)
        }
        guard let directory = try Quarantine.look(manifest, store) else { return nil }
        return try Ledger(reading: directory, path: manifest.store.quarantine)
    }

    /// What became of every item of a run, without touching anything.
    package static func story(of run: String, _ manifest: Manifest) throws(FoundlingError) -> RunOutcome {
        let ledger = try open(manifest)
        guard let summary = try ledger.runs().first(where: { $0.run == run }) else {
            let nearest = Nearest.word(to: run, in: try ledger.runs().map(\.run)).map { "did you mean \($0)?" }
            if try unlisted(manifest).contains(run) {
                throw FoundlingError(
                    .runUnknown, "run \(run) is known from its receipt only: the ledger was lost after it",
                    hint:
                        "`foundling restore \(run)` puts back what is left of it, `foundling purge \(run) --now` removes it"
                )
            }
            throw FoundlingError(
                .runUnknown, "the ledger has no run '\(Printable.escape(run))'",
                hint: nearest ?? "`foundling ledger` lists them all")
        }
        let space = try LocalStore(root: manifest.store.root).space()
        var outcome = RunOutcome(
            .apply, planned: summary.planned, before: space, quarantine: manifest.store.quarantine)
        outcome.runs = [run]
        outcome.items = try ledger.items(run: run, where: { _ in true }).compactMap { item in
            item.state.map { item.outcome($0, item.words) }
        }
        outcome.head = try ledger.head()
        return outcome
    }

    /// The same store, on the strength of a plan: its hash stands in every line of the ledger from here on.
    package func applying(_ planned: Planned) throws(FoundlingError) -> Custody {
        let custody = try Custody(manifest, reason: reason, planHash: planned.hash)
        custody.notes = notes + custody.notes
        custody.isAlarmed = isAlarmed || custody.isAlarmed
        return custody
    }

    /// Reads a plan file back, whole and unchanged.
    package static func readPlan(
        _ text: [UInt8], name: String
    ) throws(FoundlingError) -> (plan: Plan, hash: String) { try PlanFile.decode(text, name: name) }
}
