internal import FoundlingSeam

/// Limits that refuse every verdict of a store, because what was read cannot be the whole truth.
package enum Guards {
    /// Refuses where the catalog or the store looks empty, or the mapping reaches nothing.
    package static func check(
        _ manifest: Manifest, _ listing: Listing, _ judgement: Judgement, _ tallies: [[SourceTally]]
    ) throws(FoundlingError) {
        if let first = refusals(manifest, listing, judgement, tallies).first { throw first }
    }

    /// Every reason to refuse, most telling first.
    package static func refusals(
        _ manifest: Manifest, _ listing: Listing, _ judgement: Judgement, _ tallies: [[SourceTally]]
    ) -> [FoundlingError] {
        emptySources(manifest, tallies) + emptyStore(listing, tallies)
            + meetsNothing(manifest, judgement, tallies)
    }

    /// Sources without a row that may not be without one.
    package static func emptySources(_ manifest: Manifest, _ tallies: [[SourceTally]]) -> [FoundlingError] {
        manifest.resources.indices.flatMap { r in
            manifest.resources[r].sources.indices.compactMap { s in
                let source = manifest.resources[r].sources[s]
                guard Safeguard.emptySource.isOn, tallies[r][s].rows == 0, !source.mayBeEmpty else { return nil }
                return FoundlingError(
                    .sourceEmpty,
                    "'\(source.name)' has no rows (manifest line \(source.line)): nothing would claim "
                        + "'\(manifest.resources[r].name)'",
                    hint: "check that database.url names the live database; if the table may rightly be empty, "
                        + "write `may_be_empty: true` in that record")
            }
        }
    }

    /// A database that only follows another: what it shows may be older than what the application committed.
    package static func replica(_ catalog: Certificate.Catalog) -> FoundlingError? {
        guard Safeguard.replica.isOn, catalog.isReplica else { return nil }
        return FoundlingError(
            .catalogReplica, "the database \(Printable.escape(catalog.location)) is a replica, or read-only",
            hint: "name the primary in database.url: a replica may lag, and files of records that it does not show yet "
                + "look like orphans. `foundling scan` may read it all the same")
    }

    private static func emptyStore(_ listing: Listing, _ tallies: [[SourceTally]]) -> [FoundlingError] {
        let rows = tallies.joined().reduce(0) { $0 + $1.rows }
        guard Safeguard.emptyStore.isOn, listing.isEmptyStore, rows > 0 else { return [] }
        return [
            FoundlingError(
                .storeEmpty,
                "the store is empty while the database has \(Words.count(rows, "row", "rows")): it is probably not mounted",
                hint: "mount it, or correct store.root; nothing was judged")
        ]
    }

    private static func meetsNothing(
        _ manifest: Manifest, _ judgement: Judgement, _ tallies: [[SourceTally]]
    ) -> [FoundlingError] {
        manifest.resources.indices.compactMap { r in
            let rows = tallies[r].reduce(0) { $0 + $1.rows }
            let claims = tallies[r].reduce(0) { $0 + $1.claims }
            // What is not judged can be taken for no orphan either.
            guard Safeguard.claimsMeetNothing.isOn, judgement.onDisk[r] > judgement.shelteredOf[r], rows > 0,
                tallies[r].allSatisfy({ $0.metOwn == 0 }),
                !manifest.resources[r].sources.contains(where: \.mayMeetNothing)
            else { return nil }
            return FoundlingError(
                .sourceMeetsNothing,
                "'\(manifest.resources[r].name)' has \(Words.count(judgement.onDisk[r], "entry", "entries")) on disk, and "
                    + "none of \(Words.count(claims, "claim", "claims")) from \(Words.count(rows, "row", "rows")) "
                    + "meets one: the mapping is wrong, or it is the wrong database",
                hint:
                    "`foundling check` shows what each claim looks like beside what lies on disk; if all of these may rightly "
                    + "be left-overs, write `may_meet_nothing: true` in a record")
        }
    }
}

extension Listing {
    /// Nothing but what is ignored: an unmounted directory, or a fresh file system.
    package var isEmptyStore: Bool {
        (1..<max(count, 1)).allSatisfy { role(of: $0) == .ignored }
    }
}
