import FoundlingCore
import FoundlingManifest
import Testing

/// Numbers with their units.
@Suite struct SafetyTests {
    @Test(arguments: [
        ("0s", Int64(0)), ("45s", 45), ("90m", 5_400), ("24h", 86_400), ("7d", 604_800), ("2w", 1_209_600),
        ("007d", 604_800),
    ])
    func aSpanOfTimeIsANumberWithAUnit(text: String, seconds: Int64) throws {
        let manifest = try parse(ManifestText.resource("safety: { min_age: \(text), retention: \(text) }")).manifest
        #expect(manifest.resources[0].safety.minAge == seconds)
        #expect(manifest.resources[0].safety.retention == seconds)
    }

    @Test(arguments: [
        ("24", "a span of time needs a unit: write 24s, 24m, 24h, 7d or 2w"),
        ("0", "a span of time needs a unit: write 0s, 0m, 0h, 0d or 0w"),
        ("90", "a span of time needs a unit: write 90s, 90m, 90h, 90d or 90w"),
        ("1.5h", "'1.5h' is no span of time: write for example 90m, 24h, 7d or 2w"),
        ("-1h", "'-1h' is no span of time: write for example 90m, 24h, 7d or 2w"),
        ("1h30m", "'1h30m' is no span of time: write for example 90m, 24h, 7d or 2w"),
        ("24 h", "'24 h' is no span of time: write for example 90m, 24h, 7d or 2w"),
        ("1y", "'1y' is no span of time: write for example 90m, 24h, 7d or 2w"),
        ("1M", "'1M' is no span of time: write for example 90m, 24h, 7d or 2w"),
        ("never", "'never' is no span of time: write for example 90m, 24h, 7d or 2w"),
        ("99999999999999999999w", "more than a hundred years"),
        ("9223372036854775807s", "more than a hundred years"),
    ])
    func anythingElseIsNot(text: String, reason: String) {
        #expect(mistakes(ManifestText.resource("safety: { min_age: \(text) }")) == ["6:24: 'min_age': \(reason)"])
        #expect(mistakes(ManifestText.resource("safety: { retention: \(text) }")) == ["6:26: 'retention': \(reason)"])
    }

    @Test(arguments: [("0%", 0), ("20%", 0.2), ("0.5%", 0.005), ("99.9%", 0.999), ("100%", 1)])
    func aShareIsWrittenInPercent(text: String, share: Double) throws {
        let manifest = try parse(ManifestText.resource("safety: { max_orphans: \(text), max_bytes: \(text) }")).manifest
        #expect(abs(manifest.resources[0].safety.maxOrphans - share) < 1e-12)
        #expect(abs(manifest.resources[0].safety.maxBytes - share) < 1e-12)
    }

    @Test(arguments: [
        ("20", "a share is written with %: 20%"),
        ("0.2", "a share is written with %: 20%"),
        ("1", "a share is written with %: 1%"),
        ("7.5", "a share is written with %: 20%"),
        ("101%", "a share is at most 100%"),
        ("-1%", "'-1%' is no share: write for example 20% or 0.5%"),
        ("'%'", "'%' is no share: write for example 20% or 0.5%"),
        ("nan%", "'nan%' is no share: write for example 20% or 0.5%"),
        ("1e1%", "'1e1%' is no share: write for example 20% or 0.5%"),
        (".5%", "'.5%' is no share: write for example 20% or 0.5%"),
        ("1.2.3%", "'1.2.3%' is no share: write for example 20% or 0.5%"),
        ("half", "'half' is no share: write for example 20% or 0.5%"),
    ])
    func anythingElseIsNoShare(text: String, reason: String) {
        #expect(
            mistakes(ManifestText.resource("safety: { max_orphans: \(text) }")) == ["6:28: 'max_orphans': \(reason)"])
        #expect(mistakes(ManifestText.resource("safety: { max_bytes: \(text) }")) == ["6:26: 'max_bytes': \(reason)"])
    }

    @Test func zeroIsLegalAndWarnedOfWhereItStands() throws {
        let text =
            ManifestText.head + """
                safety: { min_age: 0s }
                resources:
                  a: { entries: a/*, safety: { retention: 0d }, records: [{ table: t, claims: ["{p}"] }] }
                """
        let (manifest, warnings) = try parse(text)
        #expect(manifest.resources[0].safety.minAge == 0)
        #expect(manifest.resources[0].safety.retention == 0)
        #expect(warnings.allSatisfy { $0.severity == .warning })
        #expect(
            warnings.map(\.description) == [
                "foundling.yaml:3:11: min_age is 0: a file is judged at once, "
                    + "even while the record that claims it is still being written",
                "foundling.yaml:5:32: retention is 0: what was moved aside may be purged at once, "
                    + "with no time left to miss it",
            ])
    }
}
