import FoundlingCore
import FoundlingManifest
import Testing

/// Templates, and what a `*` in one asks of everything around it.
@Suite struct ClaimTests {
    @Test(arguments: [
        (claim: "'{p'", mistake: "5:23: a claim: '{' without '}'"),
        (claim: "'a/{p'", mistake: "5:25: a claim: '{' without '}'"),
        (claim: "\"a/p}\"", mistake: "5:26: a claim: '}' without '{' (write '}}' for the character itself)"),
        (claim: "'é/{}'", mistake: "5:26: a claim: '{}' names no column"),
        (claim: "'{p[2:1]}'", mistake: "5:24: a claim: a slice is written {column[0:2]}, counting from 0"),
        (claim: "''", mistake: "5:22: a claim is empty"),
        (claim: "~", mistake: "5:22: a claim is empty"),
        // Where escapes move the characters about, the start of the text must do.
        (claim: "\"\\x61/{\"", mistake: "5:22: a claim: '{' without '}'"),
    ])
    func aBrokenTemplateIsShownAtItsByte(claim: String, mistake: String) {
        #expect(mistakes(ManifestText.records("{ table: t, claims: [\(claim)] }")) == [mistake])
    }

    static let shape = ", shape: '^.*_(?<key>[0-9a-f]+)$'"

    @Test(arguments: ["things/*_{id}", "/data/things/*_{id}", "things/*_{id}/x", "{dir}/*_{id}", "{dir}*"])
    func anUnknownPieceGoesWithAKeyInRowAndShape(claim: String) {
        #expect(
            mistakes(ManifestText.records("{ table: t, key: id, claims: ['\(claim)'] }", shape: Self.shape)).isEmpty)
    }

    @Test(
        arguments: [
            (
                record: "{ table: t, claims: ['things/*_{id}'] }", entries: "things/*", shape: shape,
                found: ["5:22: '*' in a claim needs 'key' in the record: it is looked up by key"]
            ),
            (
                record: "{ table: t, key: id, claims: ['things/*_{id}'] }", entries: "things/*", shape: "",
                found: ["5:31: '*' in a claim needs a 'shape' with a group named key, as in (?<key>[0-9a-f]+)"]
            ),
            (
                record: "{ table: t, key: id, claims: ['things/*_{id}'] }", entries: "things/*",
                shape: ", shape: '^(?<id>.)'",
                found: ["5:31: '*' in a claim needs a 'shape' with a group named key, as in (?<key>[0-9a-f]+)"]
            ),
            (
                record: "{ table: t, key: id, claims: ['*_{id}'] }", entries: "things/*", shape: shape,
                found: ["5:31: '*_{id}' has fewer parts than the entries, so it can equal none of them"]
            ),
            (record: "{ table: t, key: id, claims: ['things/*_{id}'] }", entries: "things/**", shape: shape, found: []),
            (
                record: "{ table: t, key: id, claims: ['things/*_{id}'] }", entries: "things/a/**", shape: shape,
                found: ["5:31: 'things/*_{id}' has fewer parts than the entries, so it can equal none of them"]
            ),
            (
                record: "{ table: t, key: id, claims: ['things/*_{id}'] }", entries: "[things/*, things/a/*]",
                shape: shape, found: []
            ),
            // A broken shape is one mistake, not two.
            (
                record: "{ table: t, key: id, claims: ['things/*_{id}'] }", entries: "things/*", shape: ", shape: '('",
                found: ["4:41: 'shape' is no regular expression: missing closing parenthesis"]
            ),
        ] as [(record: String, entries: String, shape: String, found: [String])])
    func withoutThemItIsRefused(record: String, entries: String, shape: String, found: [String]) {
        #expect(mistakes(ManifestText.records(record, entries: entries, shape: shape)) == found)
    }
}
