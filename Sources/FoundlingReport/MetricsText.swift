package import FoundlingCore

/// Figures in the Prometheus text format 0.0.4, a family at a time.
///
/// No label holds a path: there may be a million, and each would be a series of its own.
package struct MetricsWriter {
    /// What a figure does over time.
    package enum Kind: String {
        case gauge, counter, histogram
    }

    /// One figure: its labels, in their order, and its value.
    package struct Sample {
        let suffix: String
        let labels: [(name: String, value: String)]
        let value: String

        package init(_ value: String, _ labels: [(name: String, value: String)] = [], suffix: String = "") {
            self.value = value
            self.labels = labels
            self.suffix = suffix
        }
    }

    package private(set) var text = ""
    package init() {}

    /// A family without samples is left out.
    ///
    /// - Parameter name: with its unit, and `_total` where it only counts up.
    package mutating func family(_ name: String, as kind: Kind = .gauge, _ help: String, _ samples: [Sample]) {
        guard !samples.isEmpty else { return }
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
        for sample in samples {
            let labels = sample.labels.map { "\($0.name)=\"\(Self.escaped($0.value))\"" }.joined(separator: ",")
            text += name + sample.suffix + (labels.isEmpty ? "" : "{\(labels)}") + " \(sample.value)\n"
        }
    }

    /// The same with one figure and no label; left out where there is none.
    package mutating func family(_ name: String, as kind: Kind = .gauge, _ help: String, _ value: String?) {
        family(name, as: kind, help, value.map { [Sample($0)] } ?? [])
    }

    /// A label's value: what the format asks for, and nothing that could end the line.
    private static func escaped(_ text: String) -> String {
        Printable.escape(text).split(separator: "\\", omittingEmptySubsequences: false).joined(separator: "\\\\")
            .split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\\\"")
    }
}

/// What a scan found of one resource, as figures.
package struct ResourceFigures: Sendable {
    package var name: String
    package var onDisk: Int
    package var inDatabase: Int
    package var orphaned: Int
    package var orphanedBytes: Bytes?
    package var freed: UInt64?
    package var dangling: Int
    package var unrecognised: Int
    package var young: Int
    package var kept: Int

    package init(
        name: String, onDisk: Int, inDatabase: Int, orphaned: Int, orphanedBytes: Bytes?, freed: UInt64?, dangling: Int,
        unrecognised: Int, young: Int, kept: Int
    ) {
        self.name = name
        self.onDisk = onDisk
        self.inDatabase = inDatabase
        self.orphaned = orphaned
        self.orphanedBytes = orphanedBytes
        self.freed = freed
        self.dangling = dangling
        self.unrecognised = unrecognised
        self.young = young
        self.kept = kept
    }
}

extension MetricsWriter {
    package mutating func resources(_ lines: [ResourceFigures]) {
        func each(_ value: (ResourceFigures) -> String?) -> [Sample] {
            lines.compactMap { line in value(line).map { Sample($0, [("resource", line.name)]) } }
        }
        family("foundling_entries", "Entries on disk.", each { "\($0.onDisk)" })
        family("foundling_records", "Rows of the resource's first source.", each { "\($0.inDatabase)" })
        family("foundling_orphans", "Entries that no record claims.", each { "\($0.orphaned)" })
        family(
            "foundling_orphan_bytes", "Allocated size of orphans.", each { $0.orphanedBytes.map { "\($0.allocated)" } })
        family(
            "foundling_orphan_freed_bytes", "What purging the orphans would free.", each { $0.freed.map { "\($0)" } })
        family("foundling_dangling_records", "Records whose files are gone.", each { "\($0.dangling)" })
        family("foundling_unrecognised_entries", "Paths whose shape no rule knows.", each { "\($0.unrecognised)" })
        family("foundling_young_entries", "Unclaimed entries that are too new to judge.", each { "\($0.young)" })
        family("foundling_kept_entries", "Unclaimed entries that are kept for another reason.", each { "\($0.kept)" })
    }

    package mutating func disk(_ disk: DiskSpace) {
        family("foundling_store_size_bytes", "Size of the store's file system.", "\(disk.total)")
        family("foundling_store_available_bytes", "Space that an ordinary user may still fill.", "\(disk.available)")
    }

    package mutating func quarantine(_ quarantine: ScanResult.Quarantine?) {
        family("foundling_quarantine_items", "Entries in quarantine.", "\(quarantine?.entries ?? 0)")
        family(
            "foundling_quarantine_bytes", "Allocated size of what lies in quarantine.",
            "\(quarantine?.bytes.allocated ?? 0)")
    }

    package mutating func outbox(pending: Int, held: Int, dead: Int, oldest: Int64?) {
        family("foundling_outbox_pending", "Tasks that are not done.", "\(pending)")
        family("foundling_outbox_held", "Tasks that a guard holds.", "\(held)")
        family("foundling_outbox_dead", "Tasks that were given up.", "\(dead)")
        family(
            "foundling_outbox_oldest_timestamp_seconds", "When the oldest task that is not done was noted.",
            oldest.map { "\($0 / 1_000)" })
    }
}

/// A scan's figures as node_exporter's textfile collector reads them.
package struct MetricsText {
    private let result: ScanResult

    package init(_ result: ScanResult) { self.result = result }

    package var text: String {
        var writer = MetricsWriter()
        writer.resources(
            result.resources.map { line in
                ResourceFigures(
                    name: line.name, onDisk: line.onDisk, inDatabase: line.inDatabase, orphaned: line.orphaned,
                    orphanedBytes: line.orphanedBytes, freed: line.freed, dangling: line.dangling,
                    unrecognised: line.unrecognised, young: line.young, kept: line.kept)
            })
        writer.disk(result.disk)
        writer.quarantine(result.quarantine)
        if let outbox = result.outbox {
            writer.outbox(pending: outbox.pending, held: outbox.held, dead: outbox.dead, oldest: outbox.oldest)
        }
        writer.family("foundling_doubts", "Reasons not to believe these figures.", "\(result.doubts.count)")
        writer.family(
            "foundling_last_success_timestamp_seconds", "When this last went well.",
            [.init("\(result.finished / 1_000_000_000)", [("kind", "scan")])])
        return writer.text
    }
}
