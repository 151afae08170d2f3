internal import FoundlingCore
internal import FoundlingStore

/// Says which entries the paths of a task lead to, by the rules that claims are read by.
struct TaskTargets {
    private let store: LocalStore
    private let layout: Layout
    private let readings: ClaimReadings
    private let resolver: LinkResolver
    /// Every entry, for paths of which a part is unknown; listed when the first such path comes.
    private let listing: () throws(FoundlingError) -> Listing

    /// What a task's paths come to.
    struct Found {
        /// Entries that equal a path or hold it: an outer one before those nested in it.
        var entries: [(path: StorePath, kind: EntryKind)] = []
        /// Whether some path lies in the store at all.
        var isInside = false
    }

    init(
        _ manifest: Manifest, _ store: LocalStore, _ layout: Layout,
        listing: @escaping () throws(FoundlingError) -> Listing
    ) {
        self.store = store
        self.layout = layout
        self.listing = listing
        readings = ClaimReadings(root: manifest.store.root, aliases: manifest.store.aliases + [store.realPath])
        resolver = LinkResolver(store)
    }

    func find(_ task: DeletionTask) throws(FoundlingError) -> Found {
        var found = Found()
        for path in task.paths where !path.isEmpty {
            for reading in readings.readings(of: path) {
                switch reading {
                case .inside(let components):
                    found.isInside = true
                    if path.contains(0) { try addUnknown(components, task.key, &found) } else { add(components, &found) }
                case .outside(let components, let isLocal):
                    guard isLocal, let real = resolver.real(outside: components) else { continue }
                    found.isInside = true
                    add(real.components.map { Array($0) }, &found)
                }
            }
        }
        return found
    }

    private func add(_ components: [[UInt8]], _ found: inout Found) {
        guard !addEntries(components, &found), !components.isEmpty else { return }
        // The record says it through a link: what the kernel would open is what it claimed.
        let path = StorePath(trusted: Array(components.joined(separator: [UInt8.slash])))
        guard let real = resolver.real(path) else { return }
        _ = addEntries(real.components.map { Array($0) }, &found)
    }

    /// Walks down a path, and takes every entry on the way that is there.
    private func addEntries(_ components: [[UInt8]], _ found: inout Found) -> Bool {
        var state = layout.start
        var isAny = false
        for depth in components.indices {
            let path = StorePath(trusted: Array(components[...depth].joined(separator: [UInt8.slash])))
            guard let kind = store.kind(of: path) else { return isAny }
            switch components[depth].withUnsafeBytes({ layout.role(of: $0, kind: kind, in: state) }) {
            case .interior(let below): state = below
            case .entry(_, let below):
                isAny = true
                if !found.entries.contains(where: { $0.path == path }) { found.entries.append((path, kind)) }
                guard let below else { return isAny }
                state = below
            case .ignored, .unmanaged, .unrecognised, .blocked, .disputed: return isAny
            }
        }
        return isAny
    }

    /// Entries whose path fits one of which a part is unknown, and whose key is the task's: another's may fit as well.
    private func addUnknown(
        _ components: [[UInt8]], _ key: String?, _ found: inout Found
    ) throws(FoundlingError) {
        guard let key else { return }
        let listing = try listing()
        for node in 1..<max(listing.count, 1) where listing.role(of: node) == .entry {
            let path = listing.path(of: node)
            let names = path.components.map { Array($0) }
            guard names.count <= components.count, zip(components, names).allSatisfy(Self.fits) else { continue }
            let place = layout.places[listing.place(of: node)]
            let subject = names[min(place.base, names.count - 1)...].joined(separator: [UInt8.slash])
            guard let range = place.shape?.match(Array(subject)), Array(subject)[range].elementsEqual(key.utf8),
                !found.entries.contains(where: { $0.path == path })
            else { continue }
            found.entries.append((path, listing.kind(of: node)))
        }
    }

    /// Whether a name has a pattern's pieces in their order, of which NUL is the unknown one.
    private static func fits(_ pattern: [UInt8], _ name: [UInt8]) -> Bool {
        let pieces = pattern.split(separator: 0, omittingEmptySubsequences: false)
        guard pieces.count > 1 else { return pattern == name }
        guard name.count >= pieces.reduce(0, { $0 + $1.count }), name.starts(with: pieces[0]),
            name.reversed().starts(with: pieces[pieces.count - 1].reversed())
        else { return false }
        var rest = name[pieces[0].count..<(name.count - pieces[pieces.count - 1].count)]
        for piece in pieces.dropFirst().dropLast() where !piece.isEmpty {
            guard let at = rest.indices.first(where: { rest[$0...].starts(with: piece) }) else { return false }
            rest = rest[(at + piece.count)...]
        }
        return true
    }
}
