internal import FoundlingSeam

/// Compares what was read with what was accepted: another database, an older one, or another store refuses.
package enum Identities {
    /// Every reason not to act.
    package static func refusals(_ now: Grounds, accepted: Grounds) -> [FoundlingError] {
        store(now.store, accepted.store) + catalog(now.catalog, accepted.catalog)
    }

    package static func store(_ now: StoreIdentity, _ accepted: StoreIdentity) -> [FoundlingError] {
        guard Safeguard.storeIdentity.isOn, !now.isSameStore(as: accepted) else { return [] }
        let difference =
            now.sentinel != accepted.sentinel
            ? "its quarantine is not the one that was accepted" : "its root is another directory than was accepted"
        return [
            FoundlingError(
                .storeChanged, "this is not the store that was accepted: \(difference)",
                hint: "mount the right store; if this change is meant, `foundling accept store` accepts it")
        ]
    }

    package static func catalog(_ now: CatalogIdentity, _ accepted: CatalogIdentity) -> [FoundlingError] {
        var refusals: [FoundlingError] = []
        let names = Set(now.identity.keys).union(accepted.identity.keys).sorted()
        // A table that the manifest names since, or no longer, says nothing of the database.
        func isMapped(_ name: String) -> Bool {
            !name.hasPrefix(CatalogIdentity.tablePrefix)
                || (now.identity[name] != nil && accepted.identity[name] != nil)
        }
        let differing = names.filter { now.identity[$0] != accepted.identity[$0] && isMapped($0) }
        if Safeguard.databaseIdentity.isOn, now.engine != accepted.engine || !differing.isEmpty {
            let details = differing.map {
                "\($0): \(accepted.identity[$0] ?? "none") was accepted, \(now.identity[$0] ?? "none") is there"
            }
            refusals.append(
                FoundlingError(
                    .databaseChanged, "this is another database than the one that was accepted",
                    hint:
                        "a backup put back, a table made anew by a migration, a copy, or the wrong URL? If this change "
                        + "is meant, `foundling accept database` accepts it", details: details))
        }
        let numbers = accepted.sequences.merging(accepted.issued) { _, issued in issued }
        let fallen = numbers.sorted { $0.key < $1.key }.filter { name, number in
            let table = CatalogIdentity.tablePrefix + name
            let isUnmapped = accepted.identity[table] != nil && now.identity[table] == nil
            return !isUnmapped && (now.sequences[name] ?? 0) < number
        }
        if Safeguard.databaseWentBack.isOn, !fallen.isEmpty {
            refusals.append(
                FoundlingError(
                    .databaseWentBack, "the database went backwards: numbers it had given out are unused again",
                    hint: "it is an older state: files newer than it look like orphans. If this is meant, "
                        + "`foundling accept database` accepts it",
                    details: fallen.map { "\($0.key): \($0.value) then, \(now.sequences[$0.key] ?? 0) now" }))
        }
        if Safeguard.schema.isOn, now.schema != accepted.schema {
            refusals.append(
                FoundlingError(
                    .schemaChanged,
                    "the mapped columns changed since they were accepted: a migration, perhaps half done",
                    hint: "when it is complete, `foundling check` and then `foundling accept schema`",
                    details: ["accepted: \(accepted.schema)", "now:      \(now.schema)"]))
        }
        return refusals
    }
}
