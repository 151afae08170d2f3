package import FoundlingCore
package import FoundlingStore

/// An entry as it was seen for a plan that is carried out at once: what it looked like, and what was in it.
package struct Sighting: Sendable {
    package let image: EntryImage
    /// nil where there is too much to keep in memory: then it is looked at again.
    let members: [EntryImage.Member]?

    /// Things in an entry that are kept in memory, for thousands of entries at once.
    static let mostMembers = 16
}

extension Custodian {
    /// Entries as they are now, looked at by several threads; nil for what is not asked about, and for what is gone.
    package func sightings(of paths: [StorePath?]) -> [Result<Sighting?, FoundlingError>] {
        var parents: [StorePath: OpenDirectory?] = [:]
        for path in paths.compactMap({ $0?.parent }) where parents[path] == nil {
            parents[path] = .some(try? self.parent(of: path.appending([UInt8.dot])))
        }
        // It only reads, from directories that any thread may read.
        nonisolated(unsafe) let custodian = self
        let known = parents
        return Parallel.map(paths.count) { index in
            Result { () throws(FoundlingError) in
                guard let path = paths[index] else { return nil }
                guard let parent = known[path.parent] ?? nil else {
                    return try custodian.image(of: path).map { Sighting(image: $0, members: nil) }
                }
                var members: [EntryImage.Member]? = []
                let image = try EntryImager(shared: nil) { Digest.running() }.image(of: Self.name(of: path), in: parent)
                {
                    member in
                    if let count = members?.count, count < Sighting.mostMembers {
                        members?.append(member)
                    } else {
                        members = nil
                    }
                }
                guard let image else { return nil }
                // One with very many shared files is seen by a stricter rule.
                guard image.shared.count <= Self.mostShared else {
                    return try custodian.image(of: path).map { Sighting(image: $0, members: nil) }
                }
                return Sighting(image: image, members: members)
            }
        }
    }
}
