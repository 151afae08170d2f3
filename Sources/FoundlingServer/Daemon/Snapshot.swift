internal import FoundlingCore
internal import FoundlingHistory
internal import FoundlingPipeline
internal import FoundlingReport
internal import Foundation
internal import NIOCore

/// What the last complete scan found: a file of findings, and the few figures that are asked for all the time.
struct Snapshot: Sendable {
    let id: String
    let findings: FindingsFile
    let figures: ScanFigures
    /// `GET /orphans/summary`, ready to be sent: monitoring asks often.
    let summary: ByteBuffer

    init(_ findings: FindingsFile, _ redaction: Redaction, _ settings: ServeSettings) throws(FoundlingError) {
        self.findings = findings
        id = findings.id
        guard let text = try findings.document(ScanFigures.document),
            let figures = try? JSONDecoder().decode(ScanFigures.self, from: Data(text.utf8))
        else {
            throw FoundlingError(
                .system, "the findings of scan \(findings.id) lack their figures",
                hint: "scan again: they are made anew")
        }
        self.figures = figures
        let causes = findings.groups(by: .cause, kinds: [.orphan])
        summary = ByteBuffer(string: redaction(figures.summary(id: findings.id, causes: causes, settings.warnings)))
    }

    /// One piece of the scan's report, as JSON.
    func part(_ part: ScanParts.Part) throws(FoundlingError) -> String {
        try findings.document(part.rawValue) ?? "null"
    }
}

/// The figures of one scan, as they are kept.
struct ScanFigures: Codable, Sendable {
    struct Resource: Codable, Sendable {
        var name: String
        var onDisk: Int
        var inDatabase: Int
        var orphaned: Int
        var orphanedBytes: Bytes?
        var freed: UInt64?
        var bytes: Bytes?
        var dangling: Int
        var unrecognised: Int
        var young: Int
        var kept: Int
        /// What stands between its orphans and their space, in words.
        var recovery: String
    }

    var finished: Int64
    /// The directory that was scanned.
    var root: Custody.Whereabouts
    var isRecorded: Bool
    var resources: [Resource]
    var counts: [String: Int]
    var total: Bytes?
    var diskUsed: UInt64
    var orphanedBytes: Bytes?
    var freed: UInt64?
    var doubts: [String]
    var warnings: [String]
    var notes: [String]

    static let document = "figures"

    init(_ result: ScanResult, isRecorded: Bool, notes: [String]) {
        finished = result.finished
        let store = result.certificate.store
        root = Custody.Whereabouts(path: store.root, device: store.device, inode: store.inode)
        self.isRecorded = isRecorded
        resources = result.resources.map { line in
            Resource(
                name: line.name, onDisk: line.onDisk, inDatabase: line.inDatabase, orphaned: line.orphaned,
                orphanedBytes: line.orphanedBytes, freed: line.freed, bytes: line.bytes, dangling: line.dangling,
                unrecognised: line.unrecognised, young: line.young, kept: line.kept,
                recovery: line.recovery.words)
        }
        counts = Dictionary(uniqueKeysWithValues: Finding.Kind.allCases.map { ($0.rawValue, 0) })
        for index in result.findings.indices { counts[result.findings[index].kind.rawValue, default: 0] += 1 }
        total = result.total
        diskUsed = result.disk.used
        orphanedBytes = result.orphanedBytes
        freed = result.freed
        doubts = result.doubts
        warnings = result.warnings
        self.notes = notes
    }

    func count(_ kind: Finding.Kind) -> Int { counts[kind.rawValue] ?? 0 }

    /// The share that orphans have of what all entries hold, or, where only orphans were measured, of what is used of
    /// the disk; nil where nothing was measured.
    var orphanedShare: Double? {
        guard let orphanedBytes else { return nil }
        let entries = resources.map(\.bytes)
        let whole =
            entries.contains { $0 == nil } || entries.isEmpty
            ? diskUsed : entries.compactMap { $0?.allocated }.reduce(0) { $0.addingUpTo($1) }
        guard whole > 0 else { return nil }
        return Double(orphanedBytes.allocated) / Double(whole)
    }

    // MARK: JSON

    func summary(id: String, causes: [FindingGroup], _ limits: WarningLimits) -> String {
        var byCause = JSONObject()
        for cause in causes.sorted(by: { $0.name < $1.name }) {
            var figures = JSONObject()
            figures.field("bytes", cause.bytes)
            figures.field("freed", cause.freed)
            figures.field("orphans", cause.count)
            byCause.field(cause.name, figures)
        }
        let byResource = resources.map { line -> String in
            var object = Self.figures(line.orphaned, line.orphanedBytes, line.freed)
            object.field("resource", line.name)
            return object.json
        }
        var object = JSONObject()
        object.field("by_cause", byCause)
        object.field("by_resource", json: "[\(byResource.joined(separator: ","))]")
        object.field("bytes", orphanedBytes.map { JSONObject($0) })
        object.field("dangling", count(.dangling))
        object.field("doubts", json: JSONObject.array(doubts))
        object.field("finished", Timestamp.iso(finished))
        object.field("freed", freed)
        object.field("is_over_limit", orphanedShare.map { $0 > limits.orphans } ?? false)
        object.field("is_recorded", isRecorded)
        object.field("near_misses", count(.nearMiss))
        object.field("orphans", count(.orphan))
        object.field("scan", id)
        object.field("share", json: orphanedShare.map { String($0) } ?? "null")
        object.field("unrecognised", count(.unrecognised))
        return object.json
    }

    private static func figures(_ count: Int, _ bytes: Bytes?, _ freed: UInt64?) -> JSONObject {
        var object = JSONObject()
        object.field("bytes", bytes.map { JSONObject($0) })
        object.field("freed", freed)
        object.field("orphans", count)
        return object
    }

    static let summarySchema = Schema.object([
        .init(
            "by_cause",
            .map(.object([.init("bytes", .size, "Allocated."), .init("freed", .size), .init("orphans", .size)]))),
        .init("by_resource", .array(.ref("OrphanFigures"))),
        .init("bytes", .nullable(.ref("Bytes")), "What orphans hold; null where sizes were not measured."),
        .init("dangling", .size), .init("doubts", .array(.text()), "Reasons not to believe these figures."),
        .init("finished", .time), .init("freed", .nullable(.size), "What a purge of all orphans would free."),
        .init("is_over_limit", .boolean, "Whether orphans hold more of the store than `serve.warn.orphans` allows."),
        .init("is_recorded", .boolean), .init("near_misses", .size), .init("orphans", .size), .init("scan", .text()),
        .init(
            "share", .nullable(.number),
            "Of what all entries hold, or of what is used of the disk where only orphans were measured; 0 to 1."),
        .init("unrecognised", .size),
    ])
}
