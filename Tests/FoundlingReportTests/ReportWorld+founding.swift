import FoundlingCore
import FoundlingReport
import Testing

@testable import FoundlingCore

extension ReportWorld {
    /// The disk that the founding document describes, with GB read as GiB.
    ///
    /// `occupied` false makes its files sparse, as the demo does.
    static func founding(occupied: Bool = true) throws -> (result: ScanResult, manifest: Manifest) {
        func bytes(_ number: UInt64) -> Bytes {
            Bytes(allocated: occupied ? number * gib : 0, apparent: number * gib)
        }
        func line(_ name: String, _ onDisk: Int, _ rows: Int, _ size: UInt64) -> ScanResult.ResourceLine {
            var line = ScanResult.ResourceLine(name: name)
            (line.onDisk, line.inDatabase, line.claimed, line.orphaned) = (onDisk, rows, rows, onDisk - rows)
            line.bytes = bytes(size)
            line.orphanedBytes = bytes(onDisk > rows ? size : 0)
            line.freed = line.orphanedBytes?.allocated
            line.recovery =
                onDisk > rows
                ? .needsApproval(share: Double(onDisk - rows) / Double(onDisk), ofBytes: false) : .none
            return line
        }
        let ids = [
            "train_00d10dde", "train_132ef5bd", "train_16091885", "train_1b4d5fff", "train_21de9472", "train_238da321",
            "train_33e3ed8d", "train_361c7233", "train_38265547", "train_38f89250",
        ]
        var findings: [Finding] = []
        for i in 0..<44 {
            let name = i < ids.count ? ids[i] : "train_f00000\(10 + i)"
            findings.append(try orphan("trainings/\(name)", bytes(i == 0 ? 2 : 4), cause: .rowGone))
        }
        for i in 0..<39 { findings.append(try orphan("datasets/set_\(10 + i)", bytes(i == 0 ? 10 : 3), resource: 1)) }
        findings.sort { ($1.bytes?.apparent ?? 0) < ($0.bytes?.apparent ?? 0) }
        var result = result(
            [
                line("trainings", 45, 1, 174), line("datasets", 43, 4, 124), line("activations", 1, 1, 40),
                line("models", 2, 2, 35),
            ], findings)
        result.total = bytes(371)
        result.areas = [("trainings", 174), ("datasets", 124), ("activations", 40), ("models", 35)].map {
            ScanResult.Area(path: StorePath(trusted: Array($0.0.utf8)), bytes: bytes($0.1))
        }
        result.orphanedBytes = bytes(298)
        result.freed = occupied ? 298 * gib : 0
        result.inodesFreed = 1_234
        let manifest = manifest([
            try resource("trainings", "trainings/*", table: "trainings", claims: ["trainings/{id}"]),
            try resource("datasets", "datasets/*", table: "datasets", claims: ["{raw_path}"]),
            try resource("activations", "activations/*", table: "activations", claims: ["{path}"]),
            try resource("models", "models/*", table: "models", claims: ["{path}"]),
        ])
        return (result, manifest)
    }

    /// One finding of every kind, among them names that would rewrite a screen.
    static func small() throws -> (result: ScanResult, manifest: Manifest) {
        var lines = [ScanResult.ResourceLine(name: "trainings"), ScanResult.ResourceLine(name: "models")]
        (lines[0].onDisk, lines[0].inDatabase, lines[0].claimed, lines[0].orphaned) = (12, 5, 4, 2)
        (lines[0].young, lines[0].kept, lines[0].dangling, lines[0].unrecognised) = (1, 4, 1, 1)
        lines[0].otherSources = [("training_logs", 7)]
        lines[0].bytes = gibibytes(9)
        lines[0].orphanedBytes = gibibytes(5)
        lines[0].freed = 5 * gib
        lines[0].recovery = .ready
        (lines[1].onDisk, lines[1].inDatabase, lines[1].young) = (1, 0, 1)
        lines[1].bytes = gibibytes(1)
        lines[1].recovery = .young

        var hostile = try orphan("trainings/evil\u{1B}[2J\nname|`x`", gibibytes(4), cause: .tombstone)
        hostile.evidence.key = Array("evil".utf8)
        var foreign = try orphan("trainings/x", gibibytes(1))
        foreign.path = StorePath(trusted: Array("trainings/f".utf8) + [0xFF])
        var near = finding(.nearMiss, "trainings/Train_01")
        near.evidence.near = NearClaim(
            claim: Array("trainings/train_01\u{202E}".utf8), resource: 0, source: 0, key: Array("1".utf8))
        var dangling = finding(.dangling, "trainings/gone")
        dangling.entry = nil
        dangling.record = .init(
            table: "trainings", key: Array("7,\"a\"".utf8), requirement: "{checkpoint_dir}",
            recorded: Array("/srv/app/data/trainings/gone".utf8))
        var partial = finding(.partial, "trainings/half")
        partial.evidence.notes = ["trainings/half/secret: permission denied"]
        var young = finding(.young, "models/new")
        (young.resource, young.newest) = (1, now + day)
        var newer = finding(.newerThanCatalog, "trainings/train_99")
        newer.cause = .neverRecorded
        var result = result(
            lines,
            [
                hostile, foreign, near, dangling, partial, young, newer, finding(.pinned, "trainings/keep"),
                finding(.unrecognised, "trainings/=SUM(A1)"),
            ])
        result.orphanedBytes = gibibytes(5)
        (result.freed, result.inodesFreed) = (5 * gib, 6)
        result.total = gibibytes(10)
        result.areas = [.init(path: StorePath(trusted: Array("trainings".utf8)), bytes: gibibytes(9))]
        result.certificate = certificate([[tally(rows: 5, claims: 5, met: 4)], [tally(rows: 0, claims: 0, met: 0)]])
        result.warnings = ["'models' has no rows at all"]
        let manifest = manifest([
            try resource(
                "trainings", "trainings/*", table: "trainings", claims: ["trainings/{id}", "{checkpoint_dir}"]),
            try resource("models", "models/*", table: "models", claims: ["{path}"]),
        ])
        return (result, manifest)
    }

    private static func finding(_ kind: Finding.Kind, _ path: String) -> Finding {
        var finding = Finding(kind, resource: 0, path: StorePath(trusted: Array(path.utf8)), entry: .file)
        finding.newest = now - 3 * 3600 * second
        return finding
    }
}
