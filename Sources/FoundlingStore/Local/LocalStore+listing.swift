internal import CLinux
package import FoundlingCore
internal import FoundlingSeam
internal import Glibc

extension LocalStore {
    /// Reads every directory that the layout leads to, whole, or refuses.
    ///
    /// A directory that vanishes under the reader is gone and no loss; any other error makes the listing incomplete,
    /// and nothing may be concluded from an incomplete listing.
    /// - Parameter progress: called with the number of names so far.
    package func list(_ layout: Layout, progress: (Int) -> Void = { _ in }) throws(FoundlingError) -> Listing {
        var listing = Listing()
        var waiting: [(node: Listing.Node, state: Layout.State)] = [(0, layout.start)]
        let reader = DirectoryReader()
        while let (node, state) = waiting.popLast() {
            guard let directory = try open(state.path, isInsideEntry: state.insideEntry) else {
                if state.path.count > 0, !state.insideEntry { listing.note(gone(state)) }
                continue
            }
            defer { _ = cl_close(directory) }
            if let names = layout.onlyNames(in: state) {
                try look(for: names, in: directory, node, state, layout, &listing, &waiting)
            } else {
                var seen = 0
                let failed = try reader.forEach(in: directory, readsAhead: true) {
                    (name, type) throws(FoundlingError) in
                    var kind = EntryKind(directoryType: type)
                    if kind == nil { kind = try self.kind(of: name, in: directory, state) }
                    guard let kind else { return }
                    try add(name, kind, node, state, layout, &listing, &waiting)
                    seen += 1
                    if seen & 0xFFF == 0 { progress(listing.namesRead) }
                }
                guard failed == 0 || failed == ENOENT else { throw incomplete(state.path, failed) }
                listing.finishedDirectory()
            }
            progress(listing.namesRead)
        }
        return listing
    }

    /// nil where the directory is gone.
    private func open(_ path: [[UInt8]], isInsideEntry: Bool) throws(FoundlingError) -> Int32? {
        let opened = openDirectory(path)
        switch -opened {
        case ENOENT: return nil
        // A mount inside an entry is that entry's affair: measuring it finds the mount and keeps the entry.
        case EXDEV where isInsideEntry: return nil
        case 1... where Safeguard.wholeListing.isOn: throw incomplete(path, -opened)
        case 1...: return nil
        default: return opened
        }
    }

    private func add(
        _ name: UnsafeRawBufferPointer, _ kind: EntryKind, _ parent: Listing.Node, _ state: Layout.State,
        _ layout: Layout, _ listing: inout Listing, _ waiting: inout [(node: Listing.Node, state: Layout.State)]
    ) throws(FoundlingError) {
        var added: Listing.Node? = 0
        switch layout.role(of: name, kind: kind, in: state) {
        case .ignored where state.insideEntry, .unmanaged where state.insideEntry: return
        case .ignored: added = listing.append(name: name, parent: parent, kind: kind, role: .ignored)
        case .unmanaged: added = listing.append(name: name, parent: parent, kind: kind, role: .unmanaged)
        case .blocked:
            added = listing.append(name: name, parent: parent, kind: kind, role: .unmanaged)
            let path = StorePath(trusted: Array((state.path + [Array(name)]).joined(separator: [UInt8.slash])))
            listing.note(
                "'\(path)' is a \(kind.name), not a directory: what the manifest declares below it was not looked at")
        case .unrecognised(let reason):
            added = listing.append(name: name, parent: parent, kind: kind, role: .unrecognised, reason: reason)
        case .interior(let below):
            added = listing.append(name: name, parent: parent, kind: kind, role: .interior)
            if let added { waiting.append((added, below)) }
        case .entry(let place, let below):
            added = listing.append(
                name: name, parent: parent, kind: kind, role: .entry, place: place, isNested: state.insideEntry)
            if let added, let below { waiting.append((added, below)) }
        case .disputed(let one, let other):
            throw disputed(name, state, layout, one, other)
        }
        guard added != nil else {
            throw FoundlingError(
                .listingIncomplete, "the names in this store exceed 4 GiB",
                hint: "split the store into several manifests")
        }
    }

    /// Inside an entry only declared names matter: asked for one by one, the rest is never read.
    private func look(
        for names: [[UInt8]], in directory: Int32, _ node: Listing.Node, _ state: Layout.State, _ layout: Layout,
        _ listing: inout Listing, _ waiting: inout [(node: Listing.Node, state: Layout.State)]
    ) throws(FoundlingError) {
        for name in names {
            let outcome = (name + [0]).withUnsafeBytes { bytes in
                Result { () throws(FoundlingError) in
                    let name = UnsafeRawBufferPointer(rebasing: bytes.dropLast())
                    guard let kind = try self.kind(of: name, in: directory, state) else { return }
                    try add(name, kind, node, state, layout, &listing, &waiting)
                }
            }
            try outcome.get()
        }
    }

    /// nil where the name is gone by now.
    private func kind(
        of name: UnsafeRawBufferPointer, in directory: Int32, _ state: Layout.State
    ) throws(FoundlingError) -> EntryKind? {
        var status = cl_stat()
        let failed = cl_stat_at(directory, name.baseAddress!.assumingMemoryBound(to: CChar.self), 0, &status)
        if failed == -ENOENT { return nil }
        guard failed == 0 else { throw incomplete(state.path + [Array(name)], -failed) }
        return EntryKind(mode: status.mode)
    }

    /// Opens a directory below the root, never through a link and never onto another mount; a negative errno if it
    /// can't.
    ///
    /// The kernel takes at most 4,096 bytes at once, so a deep path is walked in several steps.
    package func openDirectory(_ path: [[UInt8]]) -> Int32 {
        var current = descriptor
        var next = 0
        repeat {
            var step: [UInt8] = []
            while next < path.count, step.isEmpty || step.count + path[next].count + 2 < 4_000 {
                if !step.isEmpty { step.append(.slash) }
                step += path[next]
                next += 1
            }
            if step.isEmpty { step = [.dot] }
            step.append(0)
            let opened = step.withUnsafeBufferPointer { bytes in
                bytes.withMemoryRebound(to: CChar.self) { cl_open_directory_beneath(current, $0.baseAddress!) }
            }
            if current != descriptor { _ = cl_close(current) }
            guard opened >= 0 else { return opened }
            current = opened
        } while next < path.count
        return current
    }

    private func gone(_ state: Layout.State) -> String {
        let path = StorePath(trusted: Array(state.path.joined(separator: [UInt8.slash])))
        return "'\(path)' vanished while it was being listed"
    }

    private func incomplete(_ path: [[UInt8]], _ error: Int32) -> FoundlingError {
        let shown = StorePath(trusted: Array(path.joined(separator: [UInt8.slash])))
        let (reason, hint) =
            switch error {
            case EACCES, EPERM: ("permission denied", "run as a user who may read the whole store")
            case EXDEV:
                (
                    "another file system is mounted there",
                    "give that mount a manifest of its own, and name it under 'ignore' or 'except' here"
                )
            case ELOOP:
                (
                    "it is a symbolic link where the manifest expects a directory",
                    "make the link's target a store of its own, or correct 'entries'"
                )
            case ENOSYS: ("this kernel has no openat2", "Foundling needs Linux 5.8 or newer")
            default: (Errno.text(error), "check the file system")
            }
        return FoundlingError(
            .listingIncomplete, "the listing is incomplete: '\(shown)' cannot be read: \(reason)",
            hint: "\(hint); nothing was judged, since a file not seen is not a file gone")
    }

    private func disputed(
        _ name: UnsafeRawBufferPointer, _ state: Layout.State, _ layout: Layout, _ one: Int, _ other: Int
    ) -> FoundlingError {
        let path = StorePath(trusted: Array((state.path + [Array(name)]).joined(separator: [UInt8.slash])))
        let names = [one, other].map { layout.manifest.resources[layout.places[$0].resource].name }
        return FoundlingError(
            .entryDisputed, "'\(path)' is an entry of two resources, '\(names[0])' and '\(names[1])'",
            hint: "narrow 'entries', 'shape' or 'kind' of one of them, so that each path has one owner")
    }
}
