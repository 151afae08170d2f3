package import FoundlingCore

/// A scan's figures as node_exporter's textfile collector reads them (the Prometheus text format 0.0.4).
///
/// No label holds a path: there may be a million, and each would be a series of its own.
package struct MetricsText {
    private let result: ScanResult

    package init(_ result: ScanResult) { self.result = result }

    package var text: String {
        let resources = result.resources
        var text = ""
        func family(_ name: String, _ help: String, _ samples: [(labels: String, value: String)]) {
            guard !samples.isEmpty else { return }
            text += "# HELP foundling_\(name) \(help)\n# TYPE foundling_\(name) gauge\n"
            for (labels, value) in samples { text += "foundling_\(name)\(labels) \(value)\n" }
        }
        func each(_ value: (ScanResult.ResourceLine) -> String?) -> [(labels: String, value: String)] {
            resources.compactMap { line in
                value(line).map { ("{resource=\"\(Self.escaped(line.name))\"}", $0) }
            }
        }
        func one(_ value: String?) -> [(labels: String, value: String)] { value.map { [("", $0)] } ?? [] }
        family("entries", "Entries on disk.", each { "\($0.onDisk)" })
        family("records", "Rows of the resource's first source.", each { "\($0.inDatabase)" })
        family("orphans", "Entries that no record claims.", each { "\($0.orphaned)" })
        family("orphan_bytes", "Allocated size of orphans.", each { $0.orphanedBytes.map { "\($0.allocated)" } })
        family("orphan_freed_bytes", "What purging the orphans would free.", each { $0.freed.map { "\($0)" } })
        family("dangling_records", "Records whose files are gone.", each { "\($0.dangling)" })
        family("unrecognised_entries", "Paths whose shape no rule knows.", each { "\($0.unrecognised)" })
        family("young_entries", "Unclaimed entries that are too new to judge.", each { "\($0.young)" })
        family("kept_entries", "Unclaimed entries that are kept for another reason.", each { "\($0.kept)" })
        family("store_size_bytes", "Size of the store's file system.", one("\(result.disk.total)"))
        family("store_available_bytes", "Space that an ordinary user may still fill.", one("\(result.disk.available)"))
        family("quarantine_items", "Entries in quarantine.", one("\(result.quarantine?.entries ?? 0)"))
        family(
            "quarantine_bytes", "Allocated size of what lies in quarantine.",
            one("\(result.quarantine?.bytes.allocated ?? 0)"))
        family("outbox_pending", "Tasks that are not done.", one(result.outbox.map { "\($0.pending)" }))
        family("outbox_held", "Tasks that a guard holds.", one(result.outbox.map { "\($0.held)" }))
        family("outbox_dead", "Tasks that were given up.", one(result.outbox.map { "\($0.dead)" }))
        family(
            "outbox_oldest_timestamp_seconds", "When the oldest task that is not done was noted.",
            one(result.outbox?.oldest.map { "\($0 / 1_000)" }))
        family("doubts", "Reasons not to believe these figures.", one("\(result.doubts.count)"))
        family(
            "last_success_timestamp_seconds", "When this last went well.",
            [("{kind=\"scan\"}", "\(result.finished / 1_000_000_000)")])
        return text
    }

    /// A label's value: what the format asks for, and nothing that could end the line.
    private static func escaped(_ text: String) -> String {
        Printable.escape(text).split(separator: "\\", omittingEmptySubsequences: false).joined(separator: "\\\\")
            .split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\\\"")
    }
}
