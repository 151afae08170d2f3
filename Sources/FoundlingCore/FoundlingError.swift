/// A reason Foundling stopped: what was seen, what to do next, and a code that scripts may match on.
///
/// Wording may improve between releases; codes never change their meaning.
package struct FoundlingError: Error, Equatable, Sendable {
    /// The stable name of a reason; `docs/reference/errors.md` lists each.
    package enum Code: String, CaseIterable, Sendable {
        case manifestMissing = "manifest-missing"
        case manifestInvalid = "manifest-invalid"
        case catalogMissing = "catalog-missing"
        case catalogUnreadable = "catalog-unreadable"
        case catalogLocked = "catalog-locked"
        case catalogCorrupt = "catalog-corrupt"
        case catalogUnsupported = "catalog-unsupported"
        case tableMissing = "table-missing"
        case columnMissing = "column-missing"
        case sourceFailed = "source-failed"
        case sourceEmpty = "source-empty"
        case sourceMeetsNothing = "source-meets-nothing"
        case pathUndecodable = "path-undecodable"
        case storeMissing = "store-missing"
        case storeNotADirectory = "store-not-a-directory"
        case storeForbidden = "store-forbidden"
        case storeEmpty = "store-empty"
        case listingIncomplete = "listing-incomplete"
        case entryDisputed = "entry-disputed"
        case demoForeignDirectory = "demo-foreign-directory"
        case usage = "usage"
        case system = "system"

        /// What the process exits with when it stops for this reason.
        package var exit: ExitStatus {
            switch self {
            case .catalogMissing, .catalogUnreadable, .catalogLocked, .catalogCorrupt, .tableMissing, .columnMissing,
                .sourceFailed, .sourceEmpty, .sourceMeetsNothing, .pathUndecodable, .storeMissing,
                .storeNotADirectory, .storeForbidden, .storeEmpty, .listingIncomplete, .entryDisputed:
                .refused
            case .manifestMissing, .manifestInvalid, .catalogUnsupported, .demoForeignDirectory, .system: .error
            case .usage: .usage
            }
        }
    }

    package let code: Code
    /// What was seen and what it means, in one sentence.
    package let summary: String
    /// What to do next.
    package let hint: String
    /// Every single mistake, where there are several (a manifest reports all of its own at once).
    package let details: [String]

    package init(_ code: Code, _ summary: String, hint: String, details: [String] = []) {
        self.code = code
        self.summary = summary
        self.hint = hint
        self.details = details
    }
}
