internal import FoundlingCore
internal import FoundlingHistory

/// The scan that nobody asks for: where nothing was ever scanned there is nothing to show.
extension Works {
    /// What may have gone by the next time that somebody looks; everything else is for a person to put right.
    private static let passing: Set<FoundlingError.Code> = [
        .catalogMissing, .catalogUnreachable, .catalogLocked, .catalogInterrupted, .storeMissing, .storeEmpty,
        .storeBusy,
    ]
    /// Nanoseconds between two tries.
    private static let patience: Int64 = 300_000_000_000

    /// Asks for it once store and database are there: after a boot the daemon may be up long before them.
    func scanFirst() {
        let standing = site.standing
        guard standing.at > 0, standing.store == nil, standing.catalog == nil, site.snapshot == nil,
            !activities.isBusy(with: .scan)
        else { return }
        if let (error, at) = standing.troubles[.scan] {
            guard Self.passing.contains(error.code), abs(standing.at - at) >= Self.patience else { return }
        }
        _ = try? scan(by: "the daemon's first start", trigger: .start)
    }
}
