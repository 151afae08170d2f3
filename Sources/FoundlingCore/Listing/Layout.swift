/// The places a manifest declares, made ready to say of each name in turn what it is.
///
/// Listing asks it directory by directory: a ``State`` says which places a directory may still lead to.
package struct Layout: Sendable {
    /// One glob of one resource, with what its resource says of names.
    ///
    /// A class, because it is read once a name and a copy would retain each of its parts.
    package final class Place: Sendable {
        package let resource: Int
        package let glob: Glob
        /// The component from which `shape` reads, and below which near misses are compared.
        package let base: Int
        /// Inside the entries of another resource.
        package let isNested: Bool
        package let shape: Shape?
        let kinds: Set<EntryKind>
        let except: [Glob]

        /// The number of components of an entry, unless the place is deep.
        package var depth: Int { glob.components.count }

        init(resource: Int, glob: Glob, of rules: Resource) {
            self.resource = resource
            self.glob = glob
            base = glob.fixedDepth
            isNested = rules.within != nil
            shape = rules.shape
            kinds = rules.kinds
            // `datasets/local` is no entry of `datasets/*`, and still leads to `datasets/local/*` if both are declared.
            except = rules.except.filter { excepted in
                let isOnTheWay =
                    glob.components.count > excepted.components.count && !excepted.isDeep
                    && zip(excepted.components, glob.components).allSatisfy { $0 == $1 && $0.isLiteral }
                let isNeeded = rules.entries.contains { other in
                    other.components.count == excepted.components.count && !other.isDeep
                        && zip(other.components, excepted.components).allSatisfy { $0.matches($1.bytes) }
                }
                return !(isOnTheWay && isNeeded)
            }
        }
    }

    /// What a directory may lead to: for each place, which component of its glob comes next.
    package struct State: Sendable {
        var active: [(place: Int, next: Int)]
        /// Below an entry: only what nested places ask for is looked at.
        package var insideEntry: Bool
        package var path: [[UInt8]]
    }

    /// What one name in a directory is.
    package enum Role: Sendable {
        /// On the ignore list, or Foundling's own.
        case ignored
        /// In no declared place: somebody else's, only ever measured.
        case unmanaged
        /// A directory above places; with it the state to list it in.
        case interior(State)
        /// An entry; with a state where nested places lie inside it.
        case entry(place: Int, State?)
        /// In a declared place, but no rule knows its shape.
        case unrecognised(Unrecognised)
        /// A link or a file where a directory above places should be: nothing below it can be an entry of this store.
        case blocked
        /// Two resources want it: the manifest contradicts itself.
        case disputed(Int, Int)
    }

    /// Why no rule knows a name.
    package enum Unrecognised: UInt8, Sendable {
        case name, shape, kind, special
        /// Entries lie deeper: a directory is expected here.
        case notADirectory
    }

    package let manifest: Manifest
    package let places: [Place]
    private let ignoredNames: [GlobComponent]
    private let ignoredPaths: [Glob]
    /// Relative paths that are Foundling's own or the database's: never an entry, whatever a glob says.
    private let reserved: [[[UInt8]]]

    package init(_ manifest: Manifest, reserved: [StorePath] = []) {
        self.manifest = manifest
        self.reserved = Set(reserved).map { $0.components.map(Array.init) }
        places = manifest.resources.enumerated().flatMap { index, resource in
            resource.entries.map { Place(resource: index, glob: $0, of: resource) }
        }
        ignoredNames = manifest.store.ignore.compactMap { if case .name(let glob) = $0 { glob } else { nil } }
        ignoredPaths = manifest.store.ignore.compactMap { if case .path(let glob) = $0 { glob } else { nil } }
    }

    package var start: State { State(active: places.indices.map { ($0, 0) }, insideEntry: false, path: []) }

    /// Whether a directory in this state lies inside an entry.
    package func isInsideEntry(_ state: State) -> Bool { state.insideEntry }

    /// The literal names that lead on from `state`, where nothing else does: then a directory inside an entry need
    /// not be listed at all.
    package func onlyNames(in state: State) -> [[UInt8]]? {
        guard state.insideEntry else { return nil }
        var names: Set<[UInt8]> = []
        for (place, next) in state.active {
            let components = places[place].glob.components
            guard next < components.count, components[next].isLiteral else { return nil }
            names.insert(components[next].bytes)
        }
        return Array(names)
    }

    package func role(of name: UnsafeRawBufferPointer, kind: EntryKind, in state: State) -> Role {
        if isIgnored(name, in: state) { return .ignored }
        var candidate = Candidate()
        for (index, next) in state.active {
            let place = places[index]
            if next == place.glob.components.count {  // below a last `**`
                candidate.consider(index, place, name, kind, self, state)
                if kind == .directory, !isExcepted(place, name, state) { candidate.onward.append((index, next)) }
                continue
            }
            let component = place.glob.components[next]
            guard component.matches(name) else {
                if !component.isLiteral { candidate.refuse(.name) }
                continue
            }
            if next + 1 == place.glob.components.count, !place.glob.isDeep {
                candidate.consider(index, place, name, kind, self, state)
            } else if isExcepted(place, name, state) {
                candidate.isExcepted = true
            } else {
                candidate.onward.append((index, next + 1))
                if kind != .directory, !component.isLiteral { candidate.refuse(.notADirectory) }
            }
        }
        if let (one, other) = candidate.dispute { return .disputed(one, other) }
        return decide(candidate, name, kind, state)
    }

    /// What the places of one directory make of one name.
    private struct Candidate {
        var entry: Int?
        var dispute: (Int, Int)?
        var onward: [(place: Int, next: Int)] = []
        var refusal: Unrecognised?
        var isExcepted = false

        /// A shape or kind that refuses says more than a glob that merely does not match.
        mutating func refuse(_ reason: Unrecognised) {
            if refusal == nil || refusal == .name || refusal == .notADirectory { refusal = reason }
        }

        /// Takes the name as an entry of `place`, or says why it is none.
        mutating func consider(
            _ index: Int, _ place: Place, _ name: UnsafeRawBufferPointer, _ kind: EntryKind, _ layout: Layout,
            _ state: State
        ) {
            if layout.isExcepted(place, name, state) { return isExcepted = true }
            if place.glob.isDeep, kind == .directory { return }
            guard kind != .special else { return refuse(.special) }
            guard place.kinds.contains(kind) else { return refuse(.kind) }
            if let shape = place.shape {
                let matched =
                    state.path.count == place.base
                    ? shape.match(name) : shape.match(layout.subject(place, name, state.path))
                if matched == nil { return refuse(.shape) }
            }
            if let entry, layout.places[entry].resource != place.resource { dispute = (entry, index) }
            entry = index
        }
    }

    private func decide(
        _ candidate: Candidate, _ name: UnsafeRawBufferPointer, _ kind: EntryKind, _ state: State
    ) -> Role {
        func below(_ active: [(place: Int, next: Int)], insideEntry: Bool) -> State {
            State(active: active, insideEntry: insideEntry, path: state.path + [Array(name)])
        }
        // An ancestor of another place is never an entry, unless that place is nested in it.
        if kind == .directory,
            state.insideEntry
                ? candidate.entry == nil && !candidate.onward.isEmpty
                : candidate.onward.contains(where: { !places[$0.place].isNested })
        {
            return .interior(below(candidate.onward, insideEntry: state.insideEntry))
        }
        if let entry = candidate.entry {
            let nested = kind == .directory ? candidate.onward : []
            return .entry(place: entry, nested.isEmpty ? nil : below(nested, insideEntry: true))
        }
        if kind != .directory, candidate.refusal == nil, !candidate.onward.isEmpty, !state.insideEntry {
            return .blocked
        }
        // Inside a living entry, whatever no place leads to is that entry's own affair.
        guard !candidate.isExcepted, let refusal = candidate.refusal else { return .unmanaged }
        return .unrecognised(refusal)
    }

    /// What `shape` reads: from the first component with a wildcard on.
    package func subject(_ place: Place, _ name: UnsafeRawBufferPointer, _ path: [[UInt8]]) -> [UInt8] {
        guard path.count > place.base else { return Array(name) }
        return Array(path[place.base...].joined(separator: [UInt8.slash])) + [UInt8.slash] + Array(name)
    }

    private func isExcepted(_ place: Place, _ name: UnsafeRawBufferPointer, _ state: State) -> Bool {
        place.except.contains { matches($0, name, state.path) }
    }

    private func matches(_ glob: Glob, _ name: UnsafeRawBufferPointer, _ path: [[UInt8]]) -> Bool {
        let depth = glob.components.count
        guard glob.isDeep ? path.count >= depth : path.count + 1 == depth else { return false }
        if !glob.isDeep, !glob.components[depth - 1].matches(name) { return false }
        return zip(glob.components, path).allSatisfy { $0.matches($1) }
    }

    private func isIgnored(_ name: UnsafeRawBufferPointer, in state: State) -> Bool {
        if name.count == 10, name.elementsEqual(".foundling".utf8) { return true }
        if name.count == 15, name.elementsEqual(".foundling-keep".utf8) { return true }
        if ignoredNames.contains(where: { $0.matches(name) }) { return true }
        if ignoredPaths.contains(where: { matches($0, name, state.path) }) { return true }
        return reserved.contains { parts in
            parts.count == state.path.count + 1 && parts[state.path.count].elementsEqual(name)
                && zip(parts, state.path).allSatisfy { $0 == $1 }
        }
    }
}

extension Layout {
    /// The place that a path, taken as an entry or as something in one, would stand in by its glob.
    package func place(holding components: [[UInt8]]) -> Place? { places.first { holds($0, components) } }

    private func holds(_ place: Place, _ components: [[UInt8]]) -> Bool {
        components.count >= max(place.depth, place.base + 1)
            && zip(place.glob.components, components).allSatisfy { $0.matches($1) }
    }

    /// Whether a claim of these components points into some declared place, be anything there or not.
    package func isPlaced(_ path: UnsafeRawBufferPointer) -> Bool {
        places.contains { place in
            let globs = place.glob.components
            var (start, count) = (0, 0)
            while start < path.count {
                var end = start
                while end < path.count, path[end] != .slash { end += 1 }
                if count < globs.count, !globs[count].matches(UnsafeRawBufferPointer(rebasing: path[start..<end])) {
                    return false
                }
                (start, count) = (end + 1, count + 1)
            }
            return count >= place.depth || count > place.base
        }
    }

    /// The same of components.
    package func isPlaced(_ components: [[UInt8]]) -> Bool {
        places.contains { place in
            zip(place.glob.components, components).allSatisfy { $0.matches($1) }
                && (components.count >= place.depth || components.count > place.base)
        }
    }
}
