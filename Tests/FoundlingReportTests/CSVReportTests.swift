import FoundlingCore
import Testing

@testable import FoundlingReport

/// Rows that a spreadsheet reads back as they were meant.
@Suite struct CSVReportTests {
    @Test func theRowsAreThisText() throws {
        try Golden.expect(try Written(ReportWorld.small(), as: .csv).text, equals: "small.csv")
    }

    @Test(arguments: [
        ("plain", "plain"), ("", ""), ("a,b", "\"a,b\""), ("say \"hi\"", "\"say \"\"hi\"\"\""),
        ("two\nlines", "\"two\nlines\""),
        ("=1+1", "'=1+1"), ("+1", "'+1"), ("-1", "'-1"), ("@x", "'@x"), ("\tx", "'\tx"), ("=a,b", "\"'=a,b\""),
        ("a=b", "a=b"), ("\"\u{301},", "\"\"\"\u{301},\""),
    ])
    func aCellIsQuotedWhereNeededAndNeverAFormula(text: String, cell: String) { #expect(CSVReport.cell(text) == cell) }
}
