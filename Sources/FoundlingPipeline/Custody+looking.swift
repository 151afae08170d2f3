package import FoundlingCore
internal import FoundlingCustody
internal import FoundlingStore

/// What a look that changes nothing should know of what was done before.
extension Custody {
    /// Whether the database that a scan read is still the one that was accepted: what it says is to be believed then.
    package static func doubts(_ result: ScanResult, _ manifest: Manifest) throws(FoundlingError) -> [String] {
        guard let accepted = try reader(manifest)?.accepted() else { return [] }
        return Identities.catalog(CatalogIdentity(result.certificate.catalog), accepted.catalog).map { refusal in
            refusal.summary + (refusal.details.first.map { " (\($0))" } ?? "")
                + ": what looks like an orphan may be none. Scans read it; plan refuses it."
        }
    }

    /// What lies in quarantine, all runs together; nil where nothing does.
    package static func lying(_ manifest: Manifest) throws(FoundlingError) -> ScanResult.Quarantine? {
        let runs = try history(manifest).runs.filter { $0.due != nil }
        guard !runs.isEmpty else { return nil }
        return ScanResult.Quarantine(
            entries: runs.reduce(0) { $0 + ($1.states[.moved] ?? 0) + ($1.states[.held] ?? 0) },
            bytes: runs.reduce(into: Bytes()) { $0 += $1.inQuarantine }, due: runs.compactMap(\.due).min())
    }

    /// Where in quarantine an entry lies, as the command that puts it back; nil where it does not.
    package static func wayBack(of path: StorePath, _ manifest: Manifest) throws(FoundlingError) -> String? {
        guard let items = try reader(manifest)?.items(where: { $0 == .moved || $0 == .held || $0 == .partial }) else {
            return nil
        }
        let wanted = path.components
        guard let item = items.last(where: { wanted.starts(with: $0.record.path.components) }) else { return nil }
        return "it lies in quarantine: `foundling restore \(item.run) --item \(item.number)` puts it back"
    }
}
