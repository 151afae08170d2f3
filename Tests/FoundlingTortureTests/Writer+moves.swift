import Foundation

/// What the application does, move by move.
extension Writer {
    /// It changed its mind, or was too slow to keep its promise.
    struct TakenBack: Error {
        let why: String
    }

    private func insert(_ slot: Int, key: String? = nil) throws {
        let path = kind(slot) == .blobs ? "NULL" : "'\(entry(slot))'"
        try connection.run("INSERT INTO \(table(slot)) VALUES ('\(key ?? id(slot))', \(path))")
    }

    private func deleteRow(_ slot: Int, _ key: String) throws {
        try connection.run("DELETE FROM \(table(slot)) WHERE id = '\(key)'")
    }

    // MARK: A new record

    func writeThenCommit(_ slot: Int) throws { try create(slot, fails: false) }
    func rollBack(_ slot: Int) throws { try create(slot, fails: true) }

    private func create(_ slot: Int, fails: Bool) throws {
        let entry = entry(slot)
        var files: [String: Journal.Content] = [:]
        let isEarly = Bool.random(using: &random)
        var began = Date.now
        do {
            if !isEarly { try put(slot, &files) }
            try connection.transaction {
                if isEarly {
                    began = Date.now
                    if Bool.random(using: &random) { pause() }
                    try put(slot, &files)
                }
                pause()
                try insert(slot)
                if fails { throw TakenBack(why: "on purpose") }
                if Date.now.timeIntervalSince(began) > Self.longest { throw TakenBack(why: "it took too long") }
            }
        } catch {
            guard error is TakenBack || error is NotWritten else { throw error }
            slots[slot].left.merge(files) { $1 }
            journal.note(entry, "wrote \(files.keys.sorted()) and rolled back: \(error)")
            journal.count("rollbacks")
            return
        }
        try settle(slot, files, began, "wrote \(files.keys.sorted()) and committed")
    }

    /// A commit that came later than was promised is the application's fault: it must not be held against Foundling.
    private func settle(_ slot: Int, _ files: [String: Journal.Content], _ began: Date, _ what: String) throws {
        let entry = entry(slot)
        slots[slot].rows = [id(slot)]
        slots[slot].left.merge(files) { $1 }
        journal.count("commits")
        if Date.now.timeIntervalSince(began) > Double(WritersWorld.minAge) - 0.5 {
            journal.note(entry, "\(what), too late")
            journal.count("commits that came too late")
            try deleteRow(slot, id(slot))
            slots[slot].rows = []
            return
        }
        journal.note(entry, what)
        live(slot, files)
    }

    private func live(_ slot: Int, _ files: [String: Journal.Content]) {
        slots[slot].files = files
        journal.set(id(slot), Journal.Record(name: entry(slot), files: files))
    }

    func commitThenWrite(_ slot: Int) throws {
        let entry = entry(slot)
        try connection.transaction { try insert(slot) }
        slots[slot].rows = [id(slot)]
        journal.note(entry, "committed")
        pause()
        var files: [String: Journal.Content] = [:]
        try patiently {
            slots[slot].left.merge(files) { $1 }
            files = [:]
            try put(slot, &files)
        }
        // What was moved aside while it was written comes back by the end of the command that did it.
        try patiently { if !areThere(files) { throw NotWritten(path: entry, error: ENOENT) } }
        slots[slot].left.merge(files) { $1 }
        journal.note(entry, "wrote \(files.keys.sorted())")
        journal.count("commits")
        live(slot, files)
    }

    /// Takes what lies there unclaimed, as it is, and only then looks whether it was in time.
    func adopt(_ slot: Int) throws {
        let entry = entry(slot)
        let files = slots[slot].left.filter {
            WritersWorld.entry(of: $0.key) == entry && WritersWorld.content(at: full($0.key)) == $0.value
        }
        guard !files.isEmpty, kind(slot) != .links, !files.values.contains(where: isLink) else {
            return try writeThenCommit(slot)
        }
        try connection.transaction { try insert(slot) }
        guard areThere(files) else {
            try deleteRow(slot, id(slot))
            journal.note(entry, "came too late to take what was there")
            journal.count("adoptions that came too late")
            return
        }
        slots[slot].rows = [id(slot)]
        journal.note(entry, "took \(files.keys.sorted()) as it was")
        journal.count("adoptions")
        journal.count("commits")
        live(slot, files)
    }

    private func isLink(_ content: Journal.Content) -> Bool {
        if case .link = content { true } else { false }
    }

    // MARK: The end of one

    func delete(_ slot: Int) throws {
        let key = id(slot)
        journal.busy(key)
        if slots[slot].rows.count > 1, Bool.random(using: &random) {
            for row in slots[slot].rows.sorted() { try deleteRow(slot, row) }
        } else {
            try connection.transaction { for row in slots[slot].rows.sorted() { try deleteRow(slot, row) } }
        }
        journal.end(key)
        journal.note(entry(slot), "deleted its rows \(slots[slot].rows.sorted())")
        journal.count("deletions")
        slots[slot].rows = []
        slots[slot].files = [:]
    }

    func holdAndDelete(_ slot: Int) throws {
        let entry = entry(slot)
        let paths = slots[slot].files.filter { WritersWorld.entry(of: $0.key) == entry && !isLink($0.value) }.keys
        guard let path = paths.sorted().first, kind(slot) != .links,
            let file = FileHandle(forReadingAtPath: full(path)), let inode = WritersWorld.state(of: full(entry))?.inode
        else { return try delete(slot) }
        journal.note(entry, "opened \(path)")
        try delete(slot)
        slots[slot].held = (file, entry, inode, Int.random(in: 2...5, using: &random))
        journal.count("held open")
    }

    // MARK: Changes of one that lives on

    /// The same key again, in one transaction: no moment without it.
    func recreate(_ slot: Int) throws {
        try connection.transaction {
            try deleteRow(slot, id(slot))
            try insert(slot)
        }
        slots[slot].rows.insert(id(slot))
        journal.note(entry(slot), "deleted its row and made it again")
        journal.count("keys made again")
    }

    func overwrite(_ slot: Int) throws {
        let key = id(slot)
        guard let path = slots[slot].files.filter({ !isLink($0.value) }).keys.sorted().randomElement(using: &random)
        else { return }
        let content = newContent(WritersWorld.entry(of: path))
        journal.busy(key)
        try patiently { try write(path, content) }
        slots[slot].files[path] = .file(content)
        slots[slot].left[path] = .file(content)
        journal.note(entry(slot), "wrote \(path) anew")
        live(slot, slots[slot].files)
    }

    /// A second row for the same directory, or one of two less.
    func share(_ slot: Int) throws {
        guard kind(slot) == .docs else { return try overwrite(slot) }
        if slots[slot].rows.count > 1, let row = slots[slot].rows.sorted().randomElement(using: &random) {
            try deleteRow(slot, row)
            slots[slot].rows.remove(row)
            journal.note(entry(slot), "deleted row \(row) of several")
        } else {
            let row = id(slot) + (slots[slot].rows.contains(id(slot)) ? "+2" : "")
            try insert(slot, key: row)
            slots[slot].rows.insert(row)
            journal.note(entry(slot), "made row \(row) for it, too")
            journal.count("shared directories")
        }
    }

    /// The record names something in the directory instead of it, or the directory again.
    func narrow(_ slot: Int) throws {
        guard kind(slot) == .docs, let row = slots[slot].rows.sorted().first else { return try overwrite(slot) }
        let path = entry(slot) + ["", "/", "/a", "/sub/nothing"][Int.random(in: 0..<4, using: &random)]
        try connection.run("UPDATE docs SET path = '\(path)' WHERE id = '\(row)'")
        journal.note(entry(slot), "row \(row) says \(path) now")
        journal.count("paths narrowed")
    }

    // MARK: Another place

    func relocate(_ slot: Int) throws {
        guard kind(slot) == .docs else { return try recreate(slot) }
        let (old, key) = (entry(slot), id(slot))
        slots[slot].isElsewhere.toggle()
        let new = entry(slot)
        journal.busy(key)
        let began = Date.now
        let isMoved = Bool.random(using: &random) ? try moveThenSay(slot, old, new) : try sayThenMove(slot, old, new)
        guard isMoved else {
            slots[slot].isElsewhere.toggle()
            if !slots[slot].rows.isEmpty { live(slot, slots[slot].files) }
            return
        }
        var files: [String: Journal.Content] = [:]
        for (path, content) in slots[slot].files {
            let isInside = path.hasPrefix(old + "/")
            files[isInside ? new + path.dropFirst(old.count) : path] = content
            if isInside, case .file(let text) = content { journal.moved(text, to: new) }
        }
        slots[slot].left.merge(files) { $1 }
        journal.note(new, "moved here from \(old) within \(Date.now.timeIntervalSince(began)) s")
        journal.count("records moved")
        live(slot, files)
    }

    private func say(_ slot: Int, _ path: String) throws {
        let rows = slots[slot].rows.sorted().map { "'\($0)'" }.joined(separator: ", ")
        try connection.transaction { try connection.run("UPDATE docs SET path = '\(path)' WHERE id IN (\(rows))") }
    }

    private func moveThenSay(_ slot: Int, _ old: String, _ new: String) throws -> Bool {
        do { try rename(old, new) } catch is NotWritten { return false }
        journal.note(old, "moved to \(new)")
        pause()
        try say(slot, new)
        return true
    }

    /// From the commit to the move the old place is claimed by nobody: only that it is young keeps it.
    private func sayThenMove(_ slot: Int, _ old: String, _ new: String) throws -> Bool {
        // A touch, as `touch` does it: a change of mode between a last look and its move would be covered by the move.
        guard utimes(full(old), nil) == 0, WritersWorld.state(of: full(new)) == nil else { return false }
        let began = Date.now
        try say(slot, new)
        journal.note(old, "rows say \(new) now")
        pause()
        do {
            try rename(old, new)
            return true
        } catch {
            if Date.now.timeIntervalSince(began) < Double(WritersWorld.minAge) - 0.5 {
                // A restore may have taken the new name meanwhile; what has the old one may be away for a command.
                try patiently {
                    guard WritersWorld.state(of: full(old)) != nil else { throw NotWritten(path: old, error: ENOENT) }
                }
            }
            try say(slot, old)
            guard areThere(slots[slot].files) else {
                journal.count("commits that came too late")
                try delete(slot)
                return false
            }
            return false
        }
    }
}
