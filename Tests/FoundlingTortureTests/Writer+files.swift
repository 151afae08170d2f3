import Foundation

/// How the application puts files into the store.
extension Writer {
    /// Puts what a new record is made of under a slot's name, in one of the usual ways.
    ///
    /// - Parameter files: what was written so far, also where it fails half way.
    func put(_ slot: Int, _ files: inout [String: Journal.Content]) throws {
        let entry = entry(slot)
        let isStaged = Int.random(in: 0..<3, using: &random) == 0
        switch kind(slot) {
        case .docs where isStaged: try putStaged(slot, entry, &files)
        case .docs: try putDirectory(slot, entry, &files)
        case .blobs where isStaged:
            let content = newContent(entry)
            try write("staging/\(number)", content)
            try replace("staging/\(number)", entry)
            files[entry] = .file(content)
        case .blobs:
            let content = newContent(entry)
            files[entry] = .file(content)
            try write(entry, content)
        case .links:
            try putTarget(slot, &files)
            try putLink(entry, to: "../" + target(slot), &files)
        }
    }

    /// Directory first, then file by file; what is there already stays where nothing else gets its name.
    private func putDirectory(_ slot: Int, _ entry: String, _ files: inout [String: Journal.Content]) throws {
        try make(entry)
        for name in ["a", "b", "sub/c"].shuffled(using: &random).prefix(Int.random(in: 1...3, using: &random)) {
            if name.hasPrefix("sub/") { try make(entry + "/sub") }
            let content = newContent(entry)
            files["\(entry)/\(name)"] = .file(content)
            try write("\(entry)/\(name)", content)
            if Int.random(in: 0..<4, using: &random) == 0 { pause() }
        }
        if Int.random(in: 0..<3, using: &random) == 0 {
            // What it leads to is claimed by nobody: the link in a living entry keeps it.
            try putTarget(slot, &files)
            try putLink("\(entry)/ref", to: "../../" + target(slot), &files)
        }
    }

    /// Written elsewhere and moved into place when it is whole.
    private func putStaged(_ slot: Int, _ entry: String, _ files: inout [String: Journal.Content]) throws {
        let staging = "staging/d\(number)"
        try make(staging)
        let contents = (0..<2).map { _ in newContent(entry) }
        do {
            for (name, content) in zip(["a", "b"], contents) { try write("\(staging)/\(name)", content) }
            try rename(staging, entry)
        } catch {
            try? FileManager.default.removeItem(atPath: full(staging))
            contents.forEach(journal.overwrote)
            throw error
        }
        for (name, content) in zip(["a", "b"], contents) { files["\(entry)/\(name)"] = .file(content) }
    }

    private func putTarget(_ slot: Int, _ files: inout [String: Journal.Content]) throws {
        let content = newContent(target(slot))
        files[target(slot)] = .file(content)
        try write(target(slot), content)
    }

    private func putLink(_ path: String, to target: String, _ files: inout [String: Journal.Content]) throws {
        let scratch = "staging/l\(number)"
        unlink(full(scratch))
        guard symlink(target, full(scratch)) == 0 else { throw NotWritten(path: scratch, error: errno) }
        try rename(scratch, path)
        files[path] = .link(target)
    }

    func rename(_ old: String, _ new: String) throws {
        guard Glibc.rename(full(old), full(new)) == 0 else { throw NotWritten(path: new, error: errno) }
    }

    /// A file that takes another's name.
    private func replace(_ old: String, _ new: String) throws {
        let file = open(full(new), O_RDONLY)
        guard file >= 0 else {
            // Nothing had it just now, and nothing may get it meanwhile without being seen.
            guard link(full(old), full(new)) == 0 else { throw NotWritten(path: new, error: errno) }
            unlink(full(old))
            return
        }
        defer { close(file) }
        try rename(old, new)
        var status = stat()
        if fstat(file, &status) == 0, status.st_nlink == 0 { journal.overwrote(Self.text(file)) }
    }

    private func make(_ directory: String) throws {
        guard mkdir(full(directory), 0o755) == 0 || errno == EEXIST else {
            throw NotWritten(path: directory, error: errno)
        }
    }

    /// Whether all of it is at its place.
    func areThere(_ files: [String: Journal.Content]) -> Bool {
        files.allSatisfy { WritersWorld.content(at: full($0)) == $1 }
    }

    /// Tries again for a while what fails because something was moved aside for a moment.
    func patiently(_ body: () throws -> Void) throws {
        let until = Date.now + 20
        while true {
            do { return try body() } catch let error as NotWritten {
                guard [ENOENT, ENOTEMPTY, EEXIST].contains(error.error), Date.now < until else { throw error }
                usleep(20_000)
            }
        }
    }
}
