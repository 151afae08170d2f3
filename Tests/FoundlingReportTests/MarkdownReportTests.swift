import FoundlingCore
import Testing

@testable import FoundlingReport

/// The report as a document.
@Suite struct MarkdownReportTests {
    @Test func aSmallScanMakesThisDocument() throws {
        let options = ReportOptions(next: ["foundling explain trainings/train_01"])
        try Golden.expect(try Written(ReportWorld.small(), as: .markdown, options: options).text, equals: "small.md")
    }

    @Test(arguments: [
        ("plain", "`plain`"), ("a`b", "``a`b``"), ("`a", "`` `a ``"), ("a``b`c", "```a``b`c```"), ("a|b", "`a\\|b`"),
    ])
    func aNameInACellStaysInItsCell(name: String, span: String) {
        #expect(MarkdownText.code(name, inTable: true) == span)
    }

    @Test func textCannotBecomeMarkup() {
        #expect(MarkdownText.escape("<b>|*x*[y](z)`") == "\\<b\\>\\|\\*x\\*\\[y\\](z)\\`")
        #expect(MarkdownText.escape("|\u{301}") == "\\|\u{301}")
        #expect(MarkdownText.block(["a", "````"]) == "`````\na\n````\n`````")
    }
}
