import FoundlingCore
import FoundlingReport
import Testing

/// The figures of the document that Foundling was made for, in the reports it gives today.
@Suite struct FoundingDocumentTests {
    @Test(arguments: [ReportFormat.table, .markdown])
    func diskUseBeforeAndAfterIsToldByBothCounts(format: ReportFormat) throws {
        let text = try Written(ReportWorld.founding(), as: format).text
        #expect(text.contains("95% → 31%"))
        #expect(text.contains("94% → 28%"))
    }

    @Test func theTableShowsItsPicture() throws {
        let text = try Written(ReportWorld.founding(), as: .table).text
        #expect(text.contains("Total      466G"))
        #expect(text.contains("Available   27G"))
        #expect(text.contains("Data directory: 371G"))
        #expect(text.contains("  174G  47%  trainings/\n  124G  33%  datasets/\n   40G  11%  activations/"))
        #expect(
            text.contains("trainings         45            1        44  174G  174G needs approval (98% of entries)"))
        #expect(text.contains("activations        1            1         0   40G  N/A"))
        #expect(text.contains("Total orphaned: 298G (80% of the data directory), 83 entries\n"))
        #expect(text.contains("… and 63 more: --limit 0 shows all, --format jsonl gives them to a program"))
    }

    @Test func theMarkdownReadsLikeIt() throws {
        let text = try Written(ReportWorld.founding(), as: .markdown).text
        for heading in [
            "# Disk Space Orphan Analysis", "## Current Disk Usage", "## Data Directory Breakdown",
            "## Orphaned Data Summary", "## Root Causes", "## Orphaned trainings IDs (Sample - First 10 of 44)",
            "## Orphaned datasets IDs (Sample - First 10 of 39)", "## Expected Recovery", "## Certificate",
        ] {
            #expect(text.contains("\(heading)\n"), "\(heading)")
        }
        #expect(text.contains("- **Total data/:** 371G\n  - `trainings/`: 174G\n"))
        #expect(
            text.contains(
                "| **trainings** | 45 | 1 | **44** | **174G** | **High - needs approval (98% of entries), frees 174G** |"
            ))
        #expect(text.contains("| **models** | 2 | 2 | 0 | 35G | N/A |"))
        #expect(text.contains("```\ntrain_00d10dde\ntrain_132ef5bd\n"))
        #expect(text.contains("train_38f89250\n```\n"))
    }

    @Test func sparseFilesAreSaidToFreeNothing() throws {
        let world = try ReportWorld.founding(occupied: false)
        let table = try Written(world, as: .table).text
        #expect(table.contains("These files are sparse: purging frees 0, not 298G."))
        #expect(table.contains("    Size   Frees      Age  Cause     Path\n"))
        #expect(table.contains("Total orphaned: 298G (80% of the data directory), 83 entries, occupying 0 on disk"))
        let markdown = try Written(world, as: .markdown).text
        #expect(markdown.contains("These files are sparse: purging frees 0, not 298G."))
        #expect(markdown.contains("**Total Orphaned: 298G (80% of the data directory, 0 on disk), 83 entries**"))
        #expect(markdown.contains("**Low - needs approval (98% of entries), frees 0**"))
    }

    @Test func hardLinksThatKeepBytesAreNamed() throws {
        var world = try ReportWorld.founding()
        world.result.freed = 200 * ReportWorld.gib
        let text = try Written(world, as: .table).text
        #expect(text.contains("Hard links elsewhere keep 98G: purging frees 200G"))
        #expect(!text.contains("sparse"))
    }
}
