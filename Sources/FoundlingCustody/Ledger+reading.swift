package import FoundlingCore
internal import Foundation
internal import GRDB

extension Ledger {
    /// The hash of the last line: kept elsewhere, it proves later that nothing was cut off.
    package func head() throws(FoundlingError) -> String {
        try read { try String.fetchOne($0, sql: "SELECT hash FROM lines ORDER BY seq DESC LIMIT 1") ?? "" }
    }

    /// The first thing wrong with the chain, or nil.
    ///
    /// - Parameters:
    ///   - expected: a head noted earlier: it must still be in the chain.
    ///   - known: the number and the hash of a line up to which the chain was found whole before; nil looks at all.
    package func fault(
        expecting expected: String? = nil, after known: (seq: Int64, hash: String)? = nil
    ) throws(FoundlingError) -> String? {
        try read { database in
            var previous = known?.hash ?? String(repeating: "0", count: 64)
            var next = (known?.seq ?? 0) + 1
            var isFound = expected == nil
            if let known {
                let hash = try String.fetchOne(
                    database, sql: "SELECT hash FROM lines WHERE seq = ?", arguments: [known.seq])
                guard hash == known.hash else { return "line \(known.seq) is not the one that was seen before" }
            }
            let rows = try Row.fetchCursor(
                database, sql: "SELECT * FROM lines WHERE seq >= ? ORDER BY seq", arguments: [next])
            while let row = try rows.next() {
                let seq: Int64 = row["seq"]
                guard seq == next else { return "line \(next) is missing" }
                let fields = Fields(
                    seq: seq, time: row["time"], kind: row["kind"], run: row["run"], item: row["item"],
                    actor: row["actor"], reason: row["reason"], plan: row["plan"], manifest: row["manifest"],
                    body: row["body"])
                guard row["previous"] == previous, row["hash"] == fields.hash(after: previous) else {
                    return "line \(seq) was changed after it was written"
                }
                previous = row["hash"]
                next += 1
                if let expected, previous.hasPrefix(expected) { isFound = true }
            }
            return isFound
                ? nil : "the head you noted is not in the chain: a wrong digit, another ledger, or its end was cut off"
        }
    }

    /// The number and the hash of the last line.
    package func end() throws(FoundlingError) -> (seq: Int64, hash: String)? {
        try read { database in
            try Row.fetchOne(database, sql: "SELECT seq, hash FROM lines ORDER BY seq DESC LIMIT 1")
                .map { ($0["seq"], $0["hash"]) }
        }
    }

    /// Lines in the chain.
    package func count() throws(FoundlingError) -> Int {
        try read { try Int.fetchOne($0, sql: "SELECT count(*) FROM lines") ?? 0 }
    }

    // MARK: Items

    /// Items by their last line; one whose intent cannot be read any more is left out: the chain tells
    /// that it was changed.
    ///
    /// - Parameters:
    ///   - run: of one run, or of all.
    ///   - last: only those behind this one, in the order of runs and numbers.
    ///   - limit: at most so many.
    ///   - wanted: which last lines are asked for.
    package func items(
        run: String? = nil, after last: (run: String, item: Int)? = nil, limit: Int = .max,
        where wanted: (LedgerKind) -> Bool
    ) throws(FoundlingError) -> [HeldItem] {
        let kinds = LedgerKind.allCases.filter(wanted).map { "'\($0.rawValue)'" }.joined(separator: ", ")
        var (conditions, arguments): ([String], [any DatabaseValueConvertible]) = (["item IS NOT NULL"], [])
        if let run {
            conditions.append("run = ?")
            arguments.append(run)
        }
        if let last {
            conditions.append("(run, item) > (?, ?)")
            arguments += [last.run, last.item]
        }
        // Groups come in the order of the index, so that a page of a million ends where the page does.
        let sql = """
            SELECT l.run, l.item, l.kind, l.time, i.body, l.body AS last,
            (SELECT m.body FROM lines m WHERE m.run = l.run AND m.item = l.item AND m.kind IN ('moved', 'partial')
             ORDER BY m.seq DESC LIMIT 1) AS lying
            FROM (SELECT run, item, max(seq) AS seq FROM lines WHERE \(conditions.joined(separator: " AND "))
                  GROUP BY run, item) g
            JOIN lines l ON l.seq = g.seq AND l.kind IN (\(kinds))
            JOIN lines i ON i.run = g.run AND i.item = g.item AND i.kind = 'intent'
            ORDER BY g.run, g.item LIMIT \(limit)
            """
        return try read { database in
            let decoder = JSONDecoder()
            var items: [HeldItem] = []
            let rows = try Row.fetchCursor(database, sql: sql, arguments: StatementArguments(arguments))
            while let row = try rows.next() {
                let (body, last, lying): (String, String, String?) = (row["body"], row["last"], row["lying"])
                guard let record = try? decoder.decode(ItemRecord.self, from: Data(body.utf8)) else { continue }
                func note(_ text: String?) -> ItemNote? {
                    text.flatMap { try? decoder.decode(ItemNote.self, from: Data($0.utf8)) }
                }
                items.append(
                    HeldItem(
                        run: row["run"], number: row["item"], record: record,
                        last: LedgerKind(rawValue: row["kind"]) ?? .held, since: row["time"],
                        destination: note(last)?.to, changed: note(lying)?.changed,
                        isUnchecked: note(last)?.unchecked ?? false))
            }
            return items
        }
    }

    /// What the ledger says of items now: others may have acted on them since they were chosen.
    func last(of items: some Collection<HeldItem>) throws(FoundlingError) -> [String: LedgerKind] {
        let sql = """
            SELECT run, item, kind FROM lines WHERE seq IN
            (SELECT max(seq) FROM lines WHERE run = ? AND item BETWEEN ? AND ? GROUP BY item)
            """
        return try read { database in
            var kinds: [String: LedgerKind] = [:]
            for (run, items) in Dictionary(grouping: items, by: \.run) {
                let numbers = items.map(\.number)
                let rows = try Row.fetchCursor(
                    database, sql: sql, arguments: [run, numbers.min() ?? 0, numbers.max() ?? 0])
                while let row = try rows.next() {
                    let (run, item): (String, Int) = (row["run"], row["item"])
                    kinds["\(run)/\(item)"] = LedgerKind(rawValue: row["kind"]) ?? .held
                }
            }
            return kinds
        }
    }

    // MARK: Runs

    /// Runs that a person approved although they went over a limit.
    func approvedRuns() throws(FoundlingError) -> Set<String> {
        try read { database in
            let sql = "SELECT run, body FROM lines WHERE item IS NULL AND kind = 'run'"
            return Set(
                try Row.fetchAll(database, sql: sql).compactMap { row in
                    let (run, body): (String, String) = (row["run"], row["body"])
                    let record = try? JSONDecoder().decode(RunRecord.self, from: Data(body.utf8))
                    return record?.approved == true ? run : nil
                })
        }
    }

    /// Every run, oldest first.
    package func runs() throws(FoundlingError) -> [RunSummary] {
        var summaries: [RunSummary] = try read { database in
            let decoder = JSONDecoder()
            let sql = "SELECT * FROM lines WHERE item IS NULL AND kind = 'run' ORDER BY seq"
            return try Row.fetchAll(database, sql: sql).compactMap { row in
                let (body, actor): (String, String) = (row["body"], row["actor"])
                guard let record = try? decoder.decode(RunRecord.self, from: Data(body.utf8)), record.act == .apply,
                    let who = try? decoder.decode(Actor.self, from: Data(actor.utf8))
                else { return nil }
                return RunSummary(
                    run: row["run"], started: row["time"], actor: who, reason: row["reason"], planHash: row["plan"],
                    planned: record.planned)
            }
        }
        let at = Dictionary(summaries.enumerated().map { ($1.run, $0) }) { first, _ in first }
        let times = try movedTimes(run: nil)
        for item in try items(where: { _ in true }) {
            guard let index = at[item.run] else { continue }
            if let state = item.state { summaries[index].states[state, default: 0] += 1 }
            if item.last.isOpen { summaries[index].unsettled += 1 }
            guard item.last.isInQuarantine else { continue }
            summaries[index].inQuarantine += item.record.bytes
            let due = item.due(movedAt: times[item.key] ?? item.since)
            summaries[index].due = max(summaries[index].due ?? 0, due)
        }
        // Items that were left alone at the first look have no line of their own.
        for (run, tally) in try tallies() {
            guard let index = at[run] else { continue }
            for state in [ItemState.skipped, .rescued, .failed] {
                let count = max(summaries[index].states[state] ?? 0, tally[state.rawValue] ?? 0)
                if count > 0 { summaries[index].states[state] = count }
            }
        }
        return summaries
    }

    /// What each run that ended counted then.
    private func tallies() throws(FoundlingError) -> [String: [String: Int]] {
        try read { database in
            let sql = "SELECT run, body FROM lines WHERE item IS NULL AND kind = 'end'"
            let rows = try Row.fetchAll(database, sql: sql)
            return Dictionary(
                rows.compactMap { row in
                    let (run, body): (String?, String) = (row["run"], row["body"])
                    guard let run, let tally = try? JSONDecoder().decode([String: Int].self, from: Data(body.utf8))
                    else { return nil }
                    return (run, tally)
                }, uniquingKeysWith: { $1 })
        }
    }

    /// Items of a run, legible or not.
    func count(of run: String) throws(FoundlingError) -> Int {
        try read {
            try Int.fetchOne($0, sql: "SELECT count(DISTINCT item) FROM lines WHERE run = ?", arguments: [run])
        } ?? 0
    }

    /// Whether the run began under this ledger.
    func knows(_ run: String) throws(FoundlingError) -> Bool {
        try read {
            try Int.fetchOne(
                $0, sql: "SELECT 1 FROM lines WHERE item IS NULL AND kind = 'run' AND run = ?", arguments: [run])
        } != nil
    }

    /// The run that applied a plan, if one did.
    package func run(applying planHash: String) throws(FoundlingError) -> String? {
        try read {
            try String.fetchOne(
                $0, sql: "SELECT run FROM lines WHERE item IS NULL AND kind = 'run' AND plan = ?", arguments: [planHash]
            )
        }
    }

    /// What a run rested on.
    package func grounds(of run: String) throws(FoundlingError) -> Grounds? {
        try read { database in
            let sql = "SELECT body FROM lines WHERE item IS NULL AND kind = 'run' AND run = ? ORDER BY seq LIMIT 1"
            guard let body = try String.fetchOne(database, sql: sql, arguments: [run]) else { return nil }
            return try JSONDecoder().decode(RunRecord.self, from: Data(body.utf8)).grounds
        }
    }

    // MARK: Identities and pins

    /// What was last accepted.
    package func accepted() throws(FoundlingError) -> Grounds? {
        try read { database in
            let sql = "SELECT body FROM lines WHERE item IS NULL AND kind = 'accept' ORDER BY seq DESC LIMIT 1"
            return try String.fetchOne(database, sql: sql)
                .map { try JSONDecoder().decode(Grounds.self, from: Data($0.utf8)) }
        }
    }

    package func accept(_ grounds: Grounds) throws(FoundlingError) {
        try append([LedgerDraft(kind: .accept, body: Self.json(grounds))])
    }

    /// Pins in force or past, by path; the last word on each path.
    package func pins() throws(FoundlingError) -> [Pin] {
        let lines: [(kind: String, pin: Pin)] = try read { database in
            let sql = "SELECT kind, body FROM lines WHERE item IS NULL AND kind IN ('pin', 'unpin') ORDER BY seq"
            return try Row.fetchAll(database, sql: sql).map { row in
                let (kind, body): (String, String) = (row["kind"], row["body"])
                return (kind, try JSONDecoder().decode(Pin.self, from: Data(body.utf8)))
            }
        }
        var pins: [StorePath: Pin] = [:]
        for (kind, pin) in lines { pins[pin.path] = kind == LedgerKind.pin.rawValue ? pin : nil }
        return pins.values.sorted { $0.path.bytes.lexicographicallyPrecedes($1.path.bytes) }
    }

    package func pin(_ pin: Pin) throws(FoundlingError) {
        try append([LedgerDraft(kind: .pin, body: Self.json(pin))])
    }

    package func unpin(_ pin: Pin) throws(FoundlingError) {
        try append([LedgerDraft(kind: .unpin, body: Self.json(pin))])
    }
}
