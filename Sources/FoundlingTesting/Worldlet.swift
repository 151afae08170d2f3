package import FoundlingCore

/// A store of names and a handful of claims, reconciled in memory.
package struct Worldlet {
    /// One row that claims one path.
    package struct Claim {
        package var resource = 0
        package var path: [UInt8]
        package var key: String?
        package var isMaking = false
        package var isReleased = false

        package init(
            resource: Int = 0, path: String, key: String? = nil, isMaking: Bool = false, isReleased: Bool = false
        ) {
            self.resource = resource
            self.path = Array(path.utf8)
            self.key = key
            self.isMaking = isMaking
            self.isReleased = isReleased
        }

        package init(bytes: [UInt8], isMaking: Bool = false) {
            path = bytes
            self.isMaking = isMaking
        }
    }

    /// The store holds what the manifest contradicts itself about.
    package struct Disputed: Error {}

    package let reconciler: Reconciler
    package let judgement: Judgement

    package init(
        store: [[UInt8]], claims: [Claim], resources: [Resource], root: String = "/srv/app/data",
        aliases: [String] = ["/data", "data"]
    ) throws {
        let layout = Layout(.test(resources))
        guard let listing = MemoryTree(store).list(layout) else { throw Disputed() }
        reconciler = Reconciler(listing, layout, ClaimReadings(root: root, aliases: aliases))
        let row = ClaimRow()
        defer { row.deallocate() }
        for claim in claims {
            row.reset(resource: claim.resource, source: 0)
            row.isMaking = claim.isMaking
            row.isReleased = claim.isReleased
            if let key = claim.key {
                row.append(Array(key.utf8))
                row.endKey(from: 0)
            }
            let start = row.mark
            row.append(claim.path)
            row.endClaim(0, from: start)
            reconciler.add(row)
        }
        judgement = reconciler.judge()
    }

    package init(store: [String], claims: [Claim], resources: [Resource]) throws {
        try self.init(store: store.map { Array($0.utf8) }, claims: claims, resources: resources)
    }

    /// Every verdict in words, sorted by path; of one resource, or of all.
    package func verdicts(of resource: Int? = nil) -> String {
        var found: [StorePath: String] = [:]
        let listing = reconciler.listing
        let judged =
            judgement.candidates.map { ($0, "orphan") } + judgement.nestedCandidates.map { ($0.node, "orphan") }
            + judgement.nearMisses.map { ($0.node, "near") } + judgement.unrecognised.map { ($0, "unrecognised") }
        for (node, word) in judged { found[listing.path(of: node)] = word }
        for node in 1..<max(listing.count, 1) where listing.role(of: node) == .entry {
            let path = listing.path(of: node)
            if let resource, reconciler.layout.places[listing.place(of: node)].resource != resource {
                found[path] = nil
            } else if found[path] == nil, resource == nil {
                found[path] = "claimed"
            }
        }
        return found.sorted {
            $0.key.description < $1.key.description || ($0.key.description == $1.key.description && $0.value < $1.value)
        }
        .map { "\($0.value) \($0.key)" }.joined(separator: ", ")
    }
}

extension Manifest {
    /// A manifest of these resources; nothing in it exists.
    package static func test(_ resources: [Resource], ignore: [String] = []) -> Manifest {
        Manifest(
            file: "/srv/app/foundling.yaml",
            database: .init(url: DatabaseURL(engine: .sqlite, location: "/srv/app/app.db")),
            store: .init(
                root: "/srv/app/data", quarantine: "/srv/app/data/.foundling",
                ignore: ignore.compactMap { IgnoreRule($0) }),
            resources: resources)
    }
}

extension Resource {
    /// A resource with one source that claims whatever a test says.
    package static func test(
        _ name: String, _ globs: [String], within: String? = nil, except: [String] = [], shape: String? = nil,
        kinds: Set<EntryKind> = [.directory, .file, .symlink]
    ) -> Resource {
        Resource(
            name: name, within: within, entries: globs.compactMap { Glob($0) }, except: except.compactMap { Glob($0) },
            shape: shape.flatMap { try? Shape($0) }, kinds: kinds,
            sources: [RecordSource(rows: .table(schema: nil, name: name), key: "id", claims: [])])
    }

    package static var items: Resource { .test("items", ["items/*"]) }
    package static var other: Resource { .test("other", ["other/*"]) }
    package static var parts: Resource { .test("parts", ["items/*/parts/*"], within: "items") }
    package static var dated: Resource { .test("dated", ["tmp/*"], shape: #"^\d{8}_(?<key>.+)$"#) }
    package static var sharded: Resource { .test("photos", ["photos/*/*.jpg"]) }
    package static var deep: Resource { .test("files", ["files/**"]) }
    package static var itemsAndLocal: Resource { .test("both", ["items/*", "items/local/*"]) }
    package static var itemsExcept: Resource { .test("items", ["items/*"], except: ["items/downloads"]) }
    package static var directoriesOnly: Resource { .test("items", ["items/*"], kinds: [.directory]) }
}
