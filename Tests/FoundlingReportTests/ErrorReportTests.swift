import Foundation
import FoundlingCore
import FoundlingReport
import Testing

/// An error says what was seen and what to do, to a person and to a program.
@Suite struct ErrorReportTests {
    private let error = FoundlingError(
        .manifestInvalid, "2 mistakes in foundling.yaml", hint: "correct them and run 'foundling check'",
        details: ["line 3: no \u{1B}[2Jcolumn", "line 9: unknown key"])

    @Test func aPersonReadsFourLines() {
        #expect(
            ErrorReport(error).text == """
                error[manifest-invalid]: 2 mistakes in foundling.yaml
                  line 3: no \\x1B[2Jcolumn
                  line 9: unknown key
                hint: correct them and run 'foundling check'

                """)
    }

    @Test func aProgramReadsOneObject() throws {
        let json = ErrorReport(error).json
        #expect(json.hasSuffix("}}\n") && json.split(separator: "\n").count == 1)
        let object = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: [String: Any]]
        let body = try #require(object?["error"])
        #expect(body["code"] as? String == "manifest-invalid")
        #expect(body["hint"] as? String == error.hint)
        #expect(body["details"] as? [String] == error.details)
    }

    @Test func theColourIsInTheCodeAlone() {
        #expect(ErrorReport(error, colour: true).text.hasPrefix("\u{1B}[31merror[manifest-invalid]:\u{1B}[0m 2"))
    }
}
