import FoundlingCore
import FoundlingReport

/// What a report writes, whole and in the pieces it came in.
struct Written {
    var text = ""
    var pieces: [Int] = []

    init(
        _ world: (result: ScanResult, manifest: Manifest), as format: ReportFormat,
        options: ReportOptions = ReportOptions()
    ) throws {
        try ScanReport(world.result, manifest: world.manifest, options: options).write(format) { piece in
            text += piece
            pieces.append(piece.utf8.count)
        }
    }

    var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
}
