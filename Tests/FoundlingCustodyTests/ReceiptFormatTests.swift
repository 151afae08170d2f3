import Foundation
import FoundlingTesting
import Testing

/// Receipts that earlier builds wrote stay legible: a store may lie in a cupboard for years.
///
/// `Fixtures/receipt-v1/` holds the directory of a run as the first build wrote it, and what must come of it.
/// `Fixtures/receipt-v1/make` shows how it was made; it is never made again.
@Suite struct ReceiptFormatTests {
    private static let fixture = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Fixtures/receipt-v1").path

    @Test(arguments: [false, true]) func aRunOfTheFirstFormatIsRestored(_ isByScript: Bool) throws {
        let world = try World("format-\(isByScript)")
        try world.file("items/alive/x", "alive")
        try world.items(rows: [("alive", nil)])
        let quarantine = try world.makeDirectory(".foundling")
        chmod(quarantine, 0o700)
        let extracted = try Program.execute("/bin/tar", ["-C", quarantine, "-xpf", Self.fixture + "/run.tar"])
        #expect(extracted.status == 0, "\(extracted.errors)")
        let names = try FileManager.default.contentsOfDirectory(atPath: quarantine)
        let run = try #require(names.first { $0.hasPrefix("20") })
        let outcome =
            isByScript
            ? try Program.execute("/bin/sh", ["\(quarantine)/\(run)/undo.sh"], in: "/")
            : try Program.run(["restore", run], in: world.directory)
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
        let listed = try Program.execute(
            "/bin/sh",
            [
                "-c",
                "cd '\(world.store)' && find items -path items/alive -prune -o ! -path items -printf '%p %y %m %s %l\\n' | sed -E 's/ d ([0-7]+) [0-9]+/ d \\1/' | LC_ALL=C sort",
            ])
        // One of its names is no text.
        let expected = try Data(contentsOf: URL(fileURLWithPath: Self.fixture + "/expected"))
        #expect(listed.output == String(decoding: expected, as: UTF8.self))
        #expect(try String(contentsOfFile: world.store + "/items/gone/deep/er/b.bin", encoding: .utf8) == "b")
    }
}
