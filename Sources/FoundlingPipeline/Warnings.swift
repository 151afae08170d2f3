internal import FoundlingCore

/// What a reader should know before acting on a scan, in sentences that stand on their own.
struct Warnings {
    let sentences: [String]

    init(
        _ manifest: Manifest, _ listing: Listing, _ judgement: Judgement, _ tallies: [[SourceTally]],
        _ watch: DanglingWatch, _ sizes: SizeChoice
    ) {
        var sentences = Self.claims(manifest, tallies) + listing.notes
        let ageless = manifest.resources.filter { $0.safety.minAge == 0 }.map(\.name)
        if !ageless.isEmpty {
            sentences.append(
                "min_age is 0s for \(ageless.joined(separator: ", ")): files whose record is not committed yet look like orphans"
            )
        }
        if judgement.sheltered > 0 {
            sentences.append(
                "\(Words.count(judgement.sheltered, "nested entry was", "nested entries were")) not judged: "
                    + "the entry around is unclaimed, being made or nearly claimed")
        }
        if judgement.unrecognisedButClaimed > 0 {
            sentences.append(
                "\(Words.count(judgement.unrecognisedButClaimed, "claimed path has", "claimed paths have")) a shape that no rule knows: "
                    + "the shape may be too narrow")
        }
        if watch.unverifiable > 0 {
            sentences.append(
                "\(Words.count(watch.unverifiable, "required path lies", "required paths lie")) where a file system cannot be asked "
                    + "(s3://…): not checked")
        }
        if sizes == .orphans, listing.count > 200_000 {
            sentences.append("this store is large: only orphans were measured (--sizes all measures everything)")
        }
        self.sentences = sentences
    }

    /// What wide and distant claims mean, the widest first.
    private static func claims(_ manifest: Manifest, _ tallies: [[SourceTally]]) -> [String] {
        var (root, above, outside) = ([String](), [String](), [String]())
        for (r, resource) in manifest.resources.enumerated() {
            for (s, source) in resource.sources.enumerated() {
                let tally = tallies[r][s]
                func claims(_ count: Int, _ one: String, _ many: String) -> String {
                    "\(Words.count(count, "claim", "claims")) of '\(source.name)' \(count == 1 ? one : many)"
                }
                if tally.root > 0 {
                    root.append(claims(tally.root, "names", "name") + " the store's root itself: everything is kept")
                }
                if tally.above > tally.root {
                    above.append(
                        claims(tally.above - tally.root, "lies", "lie")
                            + " above the entries of a place: everything below is kept")
                }
                if tally.outside > 0 {
                    outside.append(
                        claims(tally.outside, "points", "point")
                            + " outside this store: here they keep nothing but near misses")
                }
            }
        }
        return root + above + outside
    }
}
