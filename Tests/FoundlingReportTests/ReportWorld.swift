import FoundlingCore
import FoundlingReport
import Testing

@testable import FoundlingCore

/// Scan results made by hand, small enough to know every figure of.
enum ReportWorld {
    static let gib: UInt64 = 1 << 30
    /// 2026-03-01T04:05:06Z.
    static let now: Int64 = 1_772_337_906 * second
    static let second: Int64 = 1_000_000_000
    static let day: Int64 = 86_400 * second

    static func gibibytes(_ number: UInt64) -> Bytes { Bytes(allocated: number * gib, apparent: number * gib) }

    static func resource(_ name: String, _ glob: String, table: String, claims: [String]) throws -> Resource {
        Resource(
            name: name, entries: [try #require(Glob(glob))],
            sources: [
                RecordSource(
                    rows: .table(schema: nil, name: table), key: "id",
                    claims: try claims.map { .template(try ClaimTemplate($0)) })
            ])
    }

    static func manifest(_ resources: [Resource]) -> Manifest {
        Manifest(
            file: "/srv/app/foundling.yaml",
            database: .init(url: DatabaseURL(engine: .sqlite, location: "/srv/app/app.db")),
            store: .init(root: "/srv/app/data", quarantine: "/srv/app/data/.foundling"), resources: resources)
    }

    static func certificate(_ sources: [[SourceTally]] = []) -> Certificate {
        Certificate(
            store: .init(
                root: "/srv/app/data", realPath: "/srv/app/data", device: 2049, inode: 77, fileSystem: 61_267,
                directories: 3, names: 91, listedFrom: now - 2 * second, listedTo: now - second),
            catalog: .init(
                engine: "sqlite", location: "/srv/app/app.db", identity: ["inode": "12"], schema: "5f0c",
                snapshotFrom: now - second, snapshotTo: now, sequences: ["trainings": 45]),
            sources: sources, clock: "the file system's")
    }

    static func tally(rows: Int, claims: Int, met: Int) -> SourceTally {
        var tally = SourceTally(rules: 1)
        (tally.rows, tally.claims, tally.met) = (rows, claims, met)
        return tally
    }

    static func orphan(_ path: String, _ bytes: Bytes, resource: Int = 0, cause: Cause = .unknown) throws -> Finding {
        var finding = Finding(
            .orphan, resource: resource, path: try #require(StorePath(path)), entry: .directory, cause: cause)
        finding.bytes = bytes
        finding.freed = bytes.allocated
        finding.files = 3
        finding.newest = now - 214 * day
        return finding
    }

    static func result(_ lines: [ScanResult.ResourceLine], _ findings: [Finding]) -> ScanResult {
        ScanResult(
            disk: DiskSpace(
                total: 466 * gib, free: 46 * gib, available: 27 * gib, inodes: 30_535_680, inodesFree: 29_301_113),
            root: "/srv/app/data", total: nil, areas: [], resources: lines, findings: findings, freed: nil,
            inodesFreed: 0, orphanedBytes: nil, certificate: certificate(), warnings: [], sizes: .all, finished: now)
    }
}
