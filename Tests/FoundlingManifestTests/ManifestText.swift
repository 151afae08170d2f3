import FoundlingCore
import FoundlingManifest

/// A manifest in a test: the parts that are not under test are sound.
enum ManifestText {
    static let head = """
        database: { url: "sqlite:app.db" }
        store: { root: data }

        """

    /// With `lines` from line 4 on, below `resources:`.
    static func resources(_ lines: String) -> String { head + "resources:\n" + lines }

    /// One resource `things` whose `records` are from line 6 on.
    static func records(_ lines: String, entries: String = "things/*", shape: String = "") -> String {
        resources("  things: { entries: \(entries)\(shape), records: [\n" + lines + "\n  ] }\n")
    }

    /// One sound resource with `line` inside it, at line 6.
    static func resource(_ line: String) -> String {
        resources(
            "  things:\n    entries: things/*\n    \(line)\n    records: [{ table: things, claims: [\"{path}\"] }]\n")
    }

    /// With the head under test.
    static func head(_ lines: String) -> String {
        lines + "\nresources:\n  things: { entries: things/*, records: [{ table: things, claims: [\"{path}\"] }] }\n"
    }

    static func reader(
        environment: [String: String] = [:], existing: Set<String> = [], file: String = "foundling.yaml"
    ) -> ManifestReader {
        ManifestReader(
            file: file, environment: environment, workingDirectory: "/work", exists: { existing.contains($0) })
    }
}

/// Parses `text` in `/work`.
func parse(
    _ text: String, _ environment: [String: String] = [:], existing: Set<String> = []
) throws -> (manifest: Manifest, warnings: [Diagnostic]) {
    try ManifestText.reader(environment: environment, existing: existing).parse(text)
}

/// Every mistake in `text` as `line:column message`.
func mistakes(
    _ text: String, _ environment: [String: String] = [:], existing: Set<String> = []
) -> [String] {
    do throws(FoundlingError) {
        _ = try ManifestText.reader(environment: environment, existing: existing).parse(text)
        return []
    } catch {
        return error.details.map { $0.replacing("foundling.yaml:", with: "", maxReplacements: 1) }
    }
}
