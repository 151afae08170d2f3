internal import FoundlingCore

/// What a reader should know before acting on a scan, in sentences that stand on their own.
struct Warnings {
    let sentences: [String]

    init(
        _ manifest: Manifest, _ listing: Listing, _ judgement: Judgement, _ tallies: [[SourceTally]],
        _ watch: DanglingWatch, _ sizes: SizeChoice
    ) {
        var sentences = listing.notes
        let ageless = manifest.resources.filter { $0.safety.minAge == 0 }.map(\.name)
        if !ageless.isEmpty {
            sentences.append(
                "min_age is 0s for \(ageless.joined(separator: ", ")): files whose record is not committed yet look like orphans")
        }
        for (r, resource) in manifest.resources.enumerated() {
            for (s, source) in resource.sources.enumerated() {
                let tally = tallies[r][s]
                if tally.above > 0 {
                    sentences.append(
                        "\(tally.above) claims of '\(source.name)' lie above the entries of a place and keep everything below")
                }
                if tally.outside > 0 {
                    sentences.append(
                        "\(tally.outside) claims of '\(source.name)' point outside this store: they keep nothing here but near misses")
                }
            }
        }
        if judgement.sheltered > 0 {
            sentences.append("\(judgement.sheltered) nested entries were not judged: their parent is unclaimed, being made or nearly claimed")
        }
        if judgement.unrecognisedButClaimed > 0 {
            sentences.append("\(judgement.unrecognisedButClaimed) claimed paths have a shape that no rule knows: the shape may be too narrow")
        }
        if watch.unverifiable > 0 {
            sentences.append("\(watch.unverifiable) required paths lie where a directory cannot be asked (s3://…): not checked")
        }
        if sizes == .orphans, listing.count > 200_000 {
            sentences.append("this store is large: only orphans were measured (--sizes all measures everything)")
        }
        self.sentences = sentences
    }
}
