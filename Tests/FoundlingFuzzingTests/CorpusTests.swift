import Foundation
import FoundlingFuzzing
import Testing

/// Every input that a fuzzer once found worth keeping keeps every promise, in each build and without a fuzzer.
@Suite struct CorpusTests {
    private static let corpus = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Fuzz/Corpus")

    @Test(arguments: FuzzTarget.allCases) func noKnownInputBreaksAPromise(_ target: FuzzTarget) throws {
        let folder = Self.corpus.appendingPathComponent(target.rawValue)
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        #expect(!files.isEmpty, "there is no corpus in \(folder.path)")
        for file in files {
            let input = Array(try #require(FileManager.default.contents(atPath: file.path)))
            do throws(Broken) { try target.check(input) } catch { Issue.record("\(file.path): \(error)") }
        }
    }
}
